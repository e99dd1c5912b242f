import Core

/// A warning about a page, and what elsewhere on the site would end it.
///
/// It names its own page alone: pages that share it each have theirs, and a report puts them together.
struct PageWarning: Hashable, Sendable, Codable {
    var diagnostic: Diagnostic
    /// The path of a page or file that the site does not have.
    var target: String?
    /// The link to a place that another page does not have. Together with `target`, the page is not there
    /// either, and whether it has the place is to be found out when it is.
    var anchor: AnchorLink?
}
