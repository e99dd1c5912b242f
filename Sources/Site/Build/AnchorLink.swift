import Core
import HTML
import System

/// A link to a place on a page, which is known once that page is published.
///
/// It has no excerpt of the page's text: nearly all of these links are right, and a site may have
/// hundreds of thousands.
struct AnchorLink: Hashable, Sendable, Codable {
    var location: Diagnostic.Location
    var url: String
    /// Of the page that the link leads to.
    var route: String
    /// With its `#`, as written.
    var fragment: String

    /// Of the page that the link leads to, below the site's root.
    var file: String { (String(route.utf8.dropFirst()) ?? "") + "index.html" }

    var warning: Diagnostic {
        let id = String(fragment.unicodeScalars.dropFirst())
        let place = url.hasUTF8Prefix("#") ? "its page" : "the page '\(route)'"
        return Diagnostic(
            .brokenAnchor, "the link to '\(url)' leads to no place on \(place)", at: location,
            hint: "give a heading there this id: '## Title {#\(id)}'", severity: .warning)
    }
}

/// The links of one build to places on other pages, each once where pages share it.
struct AnchorLinks: Sendable {
    /// Links that are kept, and pages that are read for them; more are not checked.
    private static let limit = 20_000
    /// Warnings that are listed; further ones are counted.
    private static let listed = 1000
    /// Larger pages are not read.
    private static let longestPage = 16 << 20

    private var links: [AnchorLink] = []
    private var places: [AnchorLink: Int] = [:]
    /// Further pages with the same link, by its index.
    private var others: [Int: Int] = [:]

    mutating func add(_ added: [AnchorLink]) {
        for link in added {
            var shared = link
            if link.location.field == nil { shared.location.page = nil }
            if let index = places[shared] {
                others[index, default: 0] += 1
            } else if links.count < Self.limit {
                places[shared] = links.count
                links.append(link)
            }
        }
    }

    /// Warnings about those that lead to no place on their page.
    ///
    /// - Parameter tree: the folder that is served.
    func check(in tree: String) -> [PageWarning] {
        guard !links.isEmpty, let folder = try? Directory(tree) else { return [] }
        var pages: [String: Set<ExactText>?] = [:]
        let warnings: [PageWarning] = links.indices.compactMap { index in
            let link = links[index]
            if pages[link.route] == nil {
                let html = try? folder.read(link.file, limit: Self.longestPage)
                pages[link.route] = .some(html.map { PageReferences.ids(in: $0) })
            }
            // A page that cannot be read was held back, and is reported as such.
            guard let ids = pages[link.route] ?? nil,
                !PageReferences.leads(link.fragment, to: ids)
            else { return nil }
            return PageWarning(
                diagnostic: LinkChecker.telling(link.warning, alsoOn: others[index] ?? 0),
                anchor: link)
        }
        let more = warnings.count - Self.listed
        guard more > 0 else { return warnings }
        return warnings.prefix(Self.listed) + [
            PageWarning(
                diagnostic: Diagnostic(
                    .brokenAnchor,
                    more == 1
                        ? "1 more link leads to no place on its page"
                        : "\(more) more links lead to no place on their pages",
                    hint: "correct those above first", severity: .warning))
        ]
    }
}
