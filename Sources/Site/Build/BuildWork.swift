import FoundationEssentials
import SiteModel

/// What a build has found out that it must do.
struct BuildWork {
    /// A page that must be planned again, and rendered when its fingerprint is another.
    struct DirtyPage {
        /// Index into the site's pages.
        var position: Int
        /// Why, in words for `robbieblocks why`.
        var reason: String
        /// Whether the reason is the page's own: its rows, the clock, or that it failed. Else it is
        /// something that pages share.
        var isOwn = true
        /// Whether its links are to be looked at again, although its HTML is the same.
        var checksLinks = false
        /// Read already, for the few pages of a small change.
        var body: PageBody?
    }

    var pages: [DirtyPage] = []
    /// Ids of pages of the newest release that are gone.
    var removed: [UUID] = []
    /// Whether files beside the pages may have to change.
    var touchesAssets = false
    /// Whether the token sheet, and nothing else beside the pages, may have to change.
    var touchesTokens = false
    /// Routes of pages whose entries in files that list pages may have to change.
    var listedRoutes: Set<String> = []

    var isEmpty: Bool {
        pages.isEmpty && removed.isEmpty && !touchesAssets && !touchesTokens
            && listedRoutes.isEmpty
    }
}
