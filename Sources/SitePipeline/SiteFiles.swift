import AssetBundling
import SiteModel

/// The files that crawlers look for at fixed addresses.
enum SiteFiles {
    /// `robots.txt` always; `sitemap.xml` when the node says what its address is.
    ///
    /// - Parameter isPublished: whether the release has the page; what failed has no address.
    static func make(
        for site: Site, isPublished: (Site.RoutedPage) -> Bool
    ) -> [Asset] {
        guard let base = site.node.baseURL else {
            return [Asset(path: "robots.txt", bytes: Array("User-agent: *\nAllow: /\n".utf8))]
        }
        let robots = "User-agent: *\nAllow: /\nSitemap: \(base)/sitemap.xml\n"
        var sitemap = """
            <?xml version="1.0" encoding="UTF-8"?>
            <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">

            """
        // The protocol allows 50,000 addresses a file.
        let listed = site.pages.filter { $0.file != Site.notFoundFile && isPublished($0) }
        for page in listed.prefix(50_000) {
            let day = isoTimestamp(milliseconds: page.page.updatedAtMilliseconds).prefix(10)
            sitemap +=
                "<url><loc>\(escape(base + page.route.percentEncoded))</loc>"
                + "<lastmod>\(day)</lastmod></url>\n"
        }
        sitemap += "</urlset>\n"
        return [
            Asset(path: "robots.txt", bytes: Array(robots.utf8)),
            Asset(path: "sitemap.xml", bytes: Array(sitemap.utf8)),
        ]
    }

    private static func escape(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&apos;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
