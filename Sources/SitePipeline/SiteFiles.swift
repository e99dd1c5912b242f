import AssetBundling
import SiteModel

/// The files that crawlers look for at fixed addresses.
///
/// The sitemap of a small site is one file. A larger site has an index and parts, and a page is in
/// the part that the hash of its route says: an edit then changes one part, whatever the size of the
/// site.
enum SiteFiles {
    /// Pages from which on the sitemap has parts, and about how many there are in each.
    static let partSize = 256

    /// `robots.txt` always; the sitemap when the node says what its address is.
    ///
    /// - Parameter parts: those of the site's sitemap.
    /// - Parameter routes: makes only the parts of the sitemap with these; everything when nil.
    /// - Parameter isPublished: whether the release has the page; what failed has no address.
    static func make(
        for site: Site, parts: [[Int]], listing routes: Set<String>? = nil,
        isPublished: (Site.RoutedPage) -> Bool
    ) -> [Asset] {
        guard let base = site.node.baseURL else {
            guard routes == nil else { return [] }
            return [Asset(path: "robots.txt", bytes: Array("User-agent: *\nAllow: /\n".utf8))]
        }
        let count = parts.count
        let wanted = routes.map { Set($0.map { part(of: $0, count: count) }) }
        var files: [Asset] = []
        for part in (wanted ?? Set(0..<count)).sorted() {
            let listed = parts[part].map { site.pages[$0] }
                .filter { $0.file != Site.notFoundFile && isPublished($0) }
            files.append(
                Asset(
                    path: count == 1 ? "sitemap.xml" : "sitemap-\(part).xml",
                    bytes: urlSet(listed, base: base)))
        }
        guard routes == nil else { return files }
        if count > 1 { files.append(Asset(path: "sitemap.xml", bytes: index(count, base: base))) }
        let robots = "User-agent: *\nAllow: /\nSitemap: \(base)/sitemap.xml\n"
        return files + [Asset(path: "robots.txt", bytes: Array(robots.utf8))]
    }

    /// The parts of the sitemap, as indexes into the site's pages; their number is a power of two, so
    /// that it changes seldom as a site grows.
    static func parts(of site: Site) -> [[Int]] {
        var count = 1
        while site.pages.count > count * partSize * 2 { count *= 2 }
        var parts = [[Int]](repeating: [], count: count)
        for index in site.pages.indices {
            parts[part(of: site.pages[index].route.text, count: count)].append(index)
        }
        return parts
    }

    /// FNV-1a, which is the same everywhere and always.
    private static func part(of route: String, count: Int) -> Int {
        guard count > 1 else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in route.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(hash % UInt64(count))
    }

    private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private static let namespace = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""

    private static func urlSet(_ pages: [Site.RoutedPage], base: String) -> [UInt8] {
        var text = declaration + "<urlset \(namespace)>\n"
        // Many pages have the same day.
        var days: [Int: Substring] = [:]
        for page in pages {
            let time = page.page.updatedAtMilliseconds
            let day = days[page.page.day] ?? isoTimestamp(milliseconds: time).prefix(10)
            days[page.page.day] = day
            text +=
                "<url><loc>\(escape(base + page.route.percentEncoded))</loc>"
                + "<lastmod>\(day)</lastmod></url>\n"
        }
        return Array((text + "</urlset>\n").utf8)
    }

    private static func index(_ count: Int, base: String) -> [UInt8] {
        var text = declaration + "<sitemapindex \(namespace)>\n"
        for part in 0..<count {
            text += "<sitemap><loc>\(escape(base))/sitemap-\(part).xml</loc></sitemap>\n"
        }
        return Array((text + "</sitemapindex>\n").utf8)
    }

    private static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
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
