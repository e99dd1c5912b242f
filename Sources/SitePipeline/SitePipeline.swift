// SitePipeline
