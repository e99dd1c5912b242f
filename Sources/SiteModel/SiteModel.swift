// SiteModel
