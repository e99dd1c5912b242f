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
        /// As `PlanReason.isOwn`.
        var isOwn = true
        /// Whether its links must be checked again, although its HTML is unchanged.
        var checksLinks = false
        /// The body, read in advance for the few pages of a small change.
        var body: PageBody?

        init(position: Int, reason: PlanReason, body: PageBody? = nil) {
            self.position = position
            self.reason = reason.words
            isOwn = reason.isOwn
            self.body = body
        }

        /// A page that links to a page that is gone.
        init(positionOfLinkingPage position: Int) {
            self.position = position
            reason = "a page that it links to is gone"
            checksLinks = true
        }
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
