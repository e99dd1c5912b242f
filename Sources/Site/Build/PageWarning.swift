import Core

/// A warning about a page, and the missing target whose addition would resolve it.
///
/// It names only its own page: pages that share a warning each have one, and a report combines
/// them.
struct PageWarning: Hashable, Sendable, Codable {
    var diagnostic: Diagnostic
    /// The path of a missing page or file.
    var target: String?
    /// The link to an anchor that another page lacks. If `target` is also set, the page itself is
    /// missing, and its anchors are checked once it exists.
    var anchor: AnchorLink?
}
