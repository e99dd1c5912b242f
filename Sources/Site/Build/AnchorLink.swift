import Core
import HTML
import System

/// A link to an anchor on a page, which can be checked only once that page is published.
///
/// It has no excerpt of the page's text: nearly all of these links are correct, and a site may have
/// hundreds of thousands.
struct AnchorLink: Hashable, Sendable, Codable {
    var location: Diagnostic.Location
    var url: String
    /// The route of the page that the link leads to.
    var route: String
    /// The fragment with its `#`, as written.
    var fragment: String

    /// The file of the page that the link leads to, below the site's root.
    var file: String { (String(route.utf8.dropFirst()) ?? "") + "index.html" }

    var warning: Diagnostic {
        let id = String(fragment.unicodeScalars.dropFirst())
        let place = url.hasUTF8Prefix("#") ? "its page" : "the page '\(route)'"
        return Diagnostic(
            .brokenAnchor, "the link to '\(url)' leads to no place on \(place)", at: location,
            hint: "give a heading there this id: '## Title {#\(id)}'", severity: .warning)
    }
}

/// The links of one build to anchors on other pages; pages that share a link have it once.
struct AnchorLinks: Sendable {
    /// The most links kept, and the most pages read for them; further ones are not checked.
    private static let limit = 20_000
    /// The most warnings listed; further ones are counted.
    private static let listed = 1000
    /// The most pages recorded for one link; further ones are counted.
    private static let longestList = 1000

    private var links: [AnchorLink] = []
    private var places: [AnchorLink: Int] = [:]
    /// Further pages with the same link, by its index.
    private var others: [Int: [String]] = [:]
    /// The number of further pages beyond the recorded ones.
    private var more: [Int: Int] = [:]

    mutating func add(_ added: [AnchorLink]) {
        for link in added {
            var shared = link
            if link.location.field == nil { shared.location.page = nil }
            if let index = places[shared] {
                if let page = link.location.page,
                    others[index]?.count ?? 0 < Self.longestList
                {
                    others[index, default: []].append(page)
                } else {
                    more[index, default: 0] += 1
                }
            } else if links.count < Self.limit {
                places[shared] = links.count
                links.append(link)
            }
        }
    }

    /// The links whose anchor does not exist on their page.
    struct Findings {
        /// One warning for each link, with the number of its pages.
        var report: [Diagnostic] = []
        /// One warning for each page with such a link.
        var warnings: [(page: String, warning: PageWarning)] = []
    }

    func check(_ pages: inout PageAnchors) -> Findings {
        var findings = Findings()
        var wrong = 0
        for (index, link) in links.enumerated() {
            // A page that cannot be read was held back, and is reported as such.
            guard pages.has(link) == false else { continue }
            wrong += 1
            guard wrong <= Self.listed else { continue }
            let others = others[index] ?? []
            findings.report.append(
                LinkChecker.telling(link.warning, alsoOn: others.count + (more[index] ?? 0)))
            for page in [link.location.page].compactMap(\.self) + others {
                var link = link
                link.location.page = page
                findings.warnings.append(
                    (page, PageWarning(diagnostic: link.warning, anchor: link)))
            }
        }
        let more = wrong - Self.listed
        guard more > 0 else { return findings }
        findings.report.append(
            Diagnostic(
                .brokenAnchor,
                more == 1
                    ? "1 more link leads to no place on its page"
                    : "\(more) more links lead to no place on their pages",
                hint: "correct those above first", severity: .warning))
        return findings
    }
}

/// The anchors of published pages; each page is read once, on first use.
struct PageAnchors {
    /// Larger pages are not read.
    private static let longestPage = 16 << 20

    private let folder: Directory?
    private var pages: [String: Set<ExactText>?] = [:]
    /// The number of pages read.
    private(set) var count = 0

    /// - Parameter tree: the served folder.
    init(in tree: String) { folder = try? Directory(tree) }

    /// Whether the page of a link has its anchor; nil when the page cannot be read.
    mutating func has(_ link: AnchorLink) -> Bool? {
        if pages[link.route] == nil {
            let html = try? folder?.read(link.file, limit: Self.longestPage)
            pages[link.route] = .some(html.map { PageReferences.ids(in: $0) })
            count += 1
        }
        return (pages[link.route] ?? nil).map { PageReferences.leads(link.fragment, to: $0) }
    }
}
