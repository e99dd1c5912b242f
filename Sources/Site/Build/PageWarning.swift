import Core

/// A warning about a page, and what elsewhere on the site would end it.
struct PageWarning: Hashable, Sendable, Codable {
    var diagnostic: Diagnostic
    /// The path of a page or file that the site does not have.
    var target: String?
    /// The link to a place that another page does not have.
    var anchor: AnchorLink?
}
