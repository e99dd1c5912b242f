import TestSupport
import Testing

/// The starter sites and one browser that looks at them, shared by every test of this target.
struct StarterBrowser: Sendable {
    @TaskLocal private static var current: StarterBrowser?

    let sites: StarterSites
    let browser: WebDriver

    /// The browser for the running test.
    static func shared() throws -> StarterBrowser {
        try #require(current, "the suite lacks the trait .starterBrowser")
    }

    /// A page of text and one static component: nothing on it needs a script.
    static let plainPage = """
        INSERT INTO robbieblocks_pages
            (page_key, app_namespace, page_name, page_route, content, status, metadata)
        VALUES ('plain', 'shared', 'Plain', '/plain/', E'# Plain\\n\\nNothing moves.', 'published',
            '{"frame": false}');
        INSERT INTO robbieblocks_page_blocks (page_id, component_id, block_order, zone, props)
        SELECT page.id, component.id, 1, 'header', '{}'
        FROM robbieblocks_pages page, robbieblocks_components component
        WHERE page.page_key = 'plain' AND component.component_key = 'site-header';
        """

    struct Trait: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?,
            performing function: @concurrent @Sendable () async throws -> Void
        ) async throws {
            let sites = try await StarterSites.start(plainPage)
            try await WebDriver.withBrowser { browser in
                try await browser.runOnEveryPage(WebDriver.faultRecorder)
                let shared = StarterBrowser(sites: sites, browser: browser)
                try await StarterBrowser.$current.withValue(shared, operation: function)
            }
        }
    }

    /// Opens a page of a node and waits until all of it has come to life.
    @discardableResult
    func open(_ target: String, of node: String) async throws -> PageFacts {
        try await browser.open(sites[node].address + target)
        return try await facts()
    }

    func facts() async throws -> PageFacts {
        try await browser.execute(PageFacts.script, as: PageFacts.self)
    }
}

extension Trait where Self == StarterBrowser.Trait {
    /// Builds and serves the starter sites, and opens one browser, once for the whole suite.
    static var starterBrowser: Self { .init() }
}
