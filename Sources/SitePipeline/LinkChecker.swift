import Diagnostics
import Rendering
import SiteModel

/// Finds links to pages that the site does not have.
struct LinkChecker: Sendable {
    private let routes: Set<String>

    init(site: Site) { routes = Set(site.pages.map(\.route.text)) }

    /// A warning for each link whose page does not exist; the page itself is sound.
    func check(_ links: [RenderedPage.Link], on page: String) -> [Diagnostic] {
        links.compactMap { link in
            let path = String(link.path.prefix { $0 != "?" && $0 != "#" })
            // Files of the site, such as /sitemap.xml, have a dot in their last segment.
            let last = path.split(separator: "/").last ?? ""
            guard !last.contains("."), !path.hasPrefix("/api/"), !path.contains("%") else {
                return nil
            }
            let route = path.hasSuffix("/") ? path : path + "/"
            guard !routes.contains(route) else { return nil }
            return Diagnostic(
                .brokenLink, "the link to '\(link.path)' leads to no page of this site",
                at: .init(page: page, field: "content", line: link.line),
                hint: nearMiss(for: route, among: routes).map { "did you mean '\($0)'?" },
                severity: .warning)
        }
    }
}
