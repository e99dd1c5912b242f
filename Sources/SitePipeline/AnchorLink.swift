import Diagnostics
import HTMLReading
import SystemSupport

/// A link to a place on another page, which is known once that page is published.
struct AnchorLink: Hashable, Sendable {
    var location: Diagnostic.Location
    var url: String
    /// Of the page that the link leads to.
    var route: String
    /// With its `#`, as written.
    var fragment: String

    /// Pages that are read for the links of one build; links to more are not checked.
    private static let limit = 1000
    /// Larger pages are not read.
    private static let longestPage = 16 << 20

    var warning: Diagnostic {
        let id = String(fragment.unicodeScalars.dropFirst())
        return Diagnostic(
            .brokenAnchor, "the link to '\(url)' leads to no place on the page '\(route)'",
            at: location,
            hint: "give a heading there this id: '## Title {#\(id)}'", severity: .warning)
    }

    /// Warnings about those that lead to no place on their page.
    ///
    /// - Parameter tree: the folder that is served.
    static func check(_ links: [AnchorLink], in tree: String) -> [Diagnostic] {
        guard !links.isEmpty, let folder = try? Directory(tree) else { return [] }
        var pages: [String: Set<String>?] = [:]
        return links.filter { link in
            if pages[link.route] == nil {
                guard pages.count < limit else { return false }
                let path = link.route.utf8.dropFirst()
                let html = try? folder.read(
                    (String(path) ?? "") + "index.html", limit: longestPage)
                pages[link.route] = .some(html.map { PageReferences.ids(in: $0) })
            }
            // A page that cannot be read was held back, and is reported as such.
            guard let ids = pages[link.route] ?? nil else { return false }
            return !PageReferences.leads(link.fragment, to: ids)
        }.map(\.warning)
    }
}
