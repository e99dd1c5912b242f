import Diagnostics
import Rendering
import SiteModel
import UTF8Text

/// Finds links to pages that the site does not have.
struct LinkChecker: Sendable {
    private let routes: Set<String>
    private let searched: LinkHints.Routes
    private var hints: LinkHints

    init(site: Site) {
        routes = Set(site.pages.map(\.route.text))
        searched = LinkHints.Routes(routes)
        hints = LinkHints(searched)
    }

    /// The same links, with suggestions for another report.
    func forReport() -> LinkChecker {
        var copy = self
        copy.hints = LinkHints(searched)
        return copy
    }

    /// A warning for each link whose page does not exist; the page itself is sound.
    func check(_ links: [RenderedPage.Link], on page: String) -> [Diagnostic] {
        links.compactMap { link in
            let path = String(
                Substring(
                    link.path.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }))
            // Files of the site, such as /sitemap.xml, have a dot in their last segment.
            let last = path.splitUTF8(separator: "/").last ?? ""
            guard !last.containsUTF8("."), !path.hasUTF8Prefix("/api/"), !path.containsUTF8("%")
            else {
                return nil
            }
            let route = path.hasUTF8Suffix("/") ? path : path + "/"
            guard !routes.contains(route) else { return nil }
            return Diagnostic(
                .brokenLink, "the link to '\(link.path)' leads to no page of this site",
                at: .init(page: page, field: "content", line: link.line),
                hint: hints.hint(for: route),
                severity: .warning)
        }
    }
}
