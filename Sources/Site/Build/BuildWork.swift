import FoundationEssentials
import SiteModel

/// The work that a build has found necessary.
struct BuildWork {
    /// A page that must be planned again, and rendered when its fingerprint has changed.
    struct DirtyPage {
        /// Index into the site's pages.
        var position: Int
        /// The reason, as worded by `robbieblocks why`.
        var reason: String
        /// Whether the reason is the page's own: its rows, the clock, or an earlier failure.
        /// Otherwise it is a shared input.
        var isOwn = true
        /// Whether its links must be checked again, although its HTML is unchanged.
        var checksLinks = false
        /// The body, read in advance for the few pages of a small change.
        var body: PageBody?
    }

    var pages: [DirtyPage] = []
    /// Ids of pages of the newest release that were removed.
    var removed: [UUID] = []
    /// Whether files that belong to no page may have to change.
    var touchesAssets = false
    /// Whether the token sheet is the only such file that may have to change.
    var touchesTokens = false
    /// Routes of pages whose entries in files that list pages may have to change.
    var listedRoutes: Set<String> = []

    var isEmpty: Bool {
        pages.isEmpty && removed.isEmpty && !touchesAssets && !touchesTokens
            && listedRoutes.isEmpty
    }
}
