import Bundling
import Core
import FoundationEssentials
import SiteModel

/// The files that crawlers look for at fixed addresses.
///
/// The sitemap of a small site is one file. A larger site has an index and parts, and the hash of a
/// page's route determines its part: an edit then changes one part, whatever the size of the site.
enum CrawlerFiles {
    /// The number of pages at which the sitemap is split, and the approximate size of each part.
    static let partSize = 256

    /// Whether the release has a page in this file.
    typealias Publication = (_ page: UUID, _ file: String) -> Bool

    /// Returns `robots.txt`, and the sitemap when the node's address is known and the site has no
    /// drafts.
    ///
    /// - Parameter parts: those of the site's sitemap.
    /// - Parameter routes: builds only the parts of the sitemap with these routes; everything when
    ///   nil.
    /// - Parameter isPublished: false for failed pages, which have no address.
    static func make(
        for site: Site, parts: [[Int]], listing routes: Set<String>? = nil,
        isPublished: Publication
    ) -> [Asset] {
        guard let base = site.node.baseURL, !site.isPreview else {
            guard routes == nil else { return [] }
            return [Asset(path: "robots.txt", bytes: Array("User-agent: *\nAllow: /\n".utf8))]
        }
        let count = parts.count
        let wanted = routes.map { Set($0.map { part(of: $0, count: count) }) }
        var files: [Asset] = []
        for part in (wanted ?? Set(0..<count)).sorted() {
            files.append(
                Asset(
                    path: count == 1 ? "sitemap.xml" : "sitemap-\(part).xml",
                    bytes: urlSet(parts[part], of: site, base: base, isPublished)))
        }
        guard routes == nil else { return files }
        if count > 1 { files.append(Asset(path: "sitemap.xml", bytes: index(count, base: base))) }
        let robots = "User-agent: *\nAllow: /\nSitemap: \(base)/sitemap.xml\n"
        return files + [Asset(path: "robots.txt", bytes: Array(robots.utf8))]
    }

    /// Returns the parts of the sitemap, as indexes into the site's pages. Their number is a power
    /// of two, so that it seldom changes as a site grows.
    static func parts(of site: Site) -> [[Int]] {
        var count = 1
        while site.pages.count > count * partSize * 2 { count *= 2 }
        var parts = [[Int]](repeating: [], count: count)
        for index in site.pages.indices {
            parts[part(of: site.pages[index].route.text, count: count)].append(index)
        }
        return parts
    }

    /// FNV-1a, whose result does not depend on the process or the machine.
    private static func part(of route: String, count: Int) -> Int {
        guard count > 1 else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in route.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(hash % UInt64(count))
    }

    private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    private static let namespace = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""

    /// Works on bytes alone, because the date of one page rewrites thousands of addresses.
    private static func urlSet(
        _ part: [Int], of site: Site, base: String, _ isPublished: Publication
    ) -> [UInt8] {
        var start = Array("<url><loc>".utf8)
        escape(base, into: &start)
        var text = Array((declaration + "<urlset \(namespace)>\n").utf8)
        text.reserveCapacity(text.count + part.count * (start.count + 96))
        // Many pages have the same date.
        var ends: [Int: [UInt8]] = [:]
        for index in part where site.pages[index].file != Site.notFoundFile {
            let isListed =
                !site.pages[index].page.isHiddenFromSearch
                && isPublished(site.pages[index].page.id, site.pages[index].file)
            guard isListed else { continue }
            let day = site.pages[index].page.day
            if ends[day] == nil {
                let time = isoTimestamp(milliseconds: site.pages[index].page.updatedAtMilliseconds)
                ends[day] = Array("</loc><lastmod>\(time.prefix(10))</lastmod></url>\n".utf8)
            }
            text += start
            escape(site.pages[index].route.percentEncoded, into: &text)
            text += ends[day] ?? []
        }
        return text + "</urlset>\n".utf8
    }

    private static func index(_ count: Int, base: String) -> [UInt8] {
        var text = Array((declaration + "<sitemapindex \(namespace)>\n").utf8)
        for part in 0..<count {
            text += "<sitemap><loc>".utf8
            escape(base, into: &text)
            text += "/sitemap-\(part).xml</loc></sitemap>\n".utf8
        }
        return text + "</sitemapindex>\n".utf8
    }

    private static func escape(_ text: String, into escaped: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): escaped += "&amp;".utf8
            case UInt8(ascii: "<"): escaped += "&lt;".utf8
            case UInt8(ascii: ">"): escaped += "&gt;".utf8
            case UInt8(ascii: "\""): escaped += "&quot;".utf8
            case UInt8(ascii: "'"): escaped += "&apos;".utf8
            default: escaped.append(byte)
            }
        }
    }
}
