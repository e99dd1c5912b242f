import Foundation
import Publishing
import TestSupport
import Testing

/// The starter pages before the judges of accessibility and of HTML.
extension StarterSiteTests {
    /// Pages that between them have every layout, and every component of the library.
    static let chosenPages = [
        ("testpilot", "/"), ("testpilot", "/pricing/"), ("testpilot", "/style-guide/"),
        ("testpilot", "/contact/"), ("testpilot", "/shopper-panel/"),
        ("testpilot", "/how-it-works/"), ("testpilot", "/code/sql-guide/"),
        ("testpilot", "/chat/"), ("aurora-town-local", "/"),
        ("vengeance-local", "/play/mood-lab/"), ("vengeance-local", "/play/high-scores/"),
        ("aurora-town-local", "/work/dashboard/"),
    ]

    private static let widths = [360, 768, 1440]
    private static let schemes = ["light", "dark"]

    @Test func pagesPassAxe() async throws {
        let found = try await violations(
            on: Self.chosenPages, in: [(360, "light"), (768, "dark"), (1440, "light")])
        #expect(found == [])
    }

    @Test func pagesAreValidHTML() throws {
        let messages = try HTMLChecker.messages(
            about: Self.chosenPages.map { node, page in try file(of: page, on: node) })
        #expect(messages == [])
    }

    /// Every page in every width and scheme: the long form, for `make soak`.
    @Test(.enabled(if: SoakReport.isWanted), .timeLimit(.minutes(20)))
    func everyStarterPageIsAccessibleAndValid() async throws {
        var report = try SoakReport("accessibility")
        let settings = Self.widths.flatMap { width in Self.schemes.map { (width, $0) } }
        for node in StarterSites.nodes {
            let pages = try shared.sites[node].manifest.files.keys.sorted()
                .filter { $0.hasSuffix(".html") }
                .map { (node, $0 == "404.html" ? "/404.html" : "/" + $0.dropLast(10)) }
            let messages = try HTMLChecker.messages(
                about: pages.map { node, page in try file(of: page, on: node) })
            try report.add(
                "\(node), \(pages.count) pages, Nu HTML checker",
                faults: messages.map(\.description))
            let found = try await violations(on: pages, in: settings)
            try report.add(
                "\(node), \(pages.count) pages, axe \(Axe.version) at \(Self.widths) in \(Self.schemes)",
                faults: found)
            #expect(found.isEmpty && messages.isEmpty, "see \(report.file)")
        }
    }

    /// The findings of axe, with the pages, widths and schemes in which they occur.
    private func violations(
        on pages: [(String, String)], in settings: [(Int, String)]
    ) async throws -> [String] {
        let axe = try await Axe.start(in: browser)
        var places: [String: [String]] = [:]
        for (node, page) in pages {
            try await browser.setViewport(width: settings[0].0, height: 900)
            try await shared.open(page, of: node)
            // Collapsed content is checked, too.
            _ = try await browser.execute(
                "for (const details of document.querySelectorAll('main details')) details.open = true"
            )
            for (width, scheme) in settings {
                try await browser.setViewport(width: width, height: 900)
                _ = try await browser.execute(
                    """
                    document.documentElement.dataset.scheme = '\(scheme)';
                    return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
                    """)
                for violation in try await axe.violations() {
                    places["\(node)\(page): \(violation)", default: []].append("\(width) \(scheme)")
                }
            }
        }
        try await axe.end()
        return places.map { "\($0.key) [\($0.value.joined(separator: ", "))]" }.sorted()
    }

    private func file(of page: String, on node: String) throws -> String {
        let folder = try shared.sites[node].folder
        return "\(folder)/current\(page.hasSuffix("/") ? page + "index.html" : page)"
    }
}
