import PostgreSQL
import Publishing
import TestSupport
import Testing

@testable import Chat

/// Quotations are live: tests with real sites and releases.
@Suite(.timeLimit(.minutes(2))) struct LiveReleaseTests {
    private static let rows = TestSite.pages([
        ("home", "# Welcome\n\nWe sell lanterns."),
        ("prices", "# Prices\n\n## Delivery\n\nDelivery by zeppelin costs twelve crowns."),
        ("about", "# About us\n\nFounded by an astronomer."),
    ])

    @Test func aQuestionFindsThePassageAndItsAnchor() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(3)
        let passages = try await indexed.knowledge.search(
            node: "acme", question: "What does the delivery with a zeppelin cost, please?")
        let best = try #require(passages.first)
        #expect(best.route == "/prices/" && best.heading == "Delivery")
        #expect(best.anchor == "delivery" && best.text.contains("twelve crowns"))
        #expect(best.citation.link == "/prices/#delivery")
        #expect(best.relevance > 0.4)
        #expect(try await indexed.routes("xylophone quarks").isEmpty)
        // Another node of the same database knows nothing of it.
        #expect(try await indexed.knowledge.search(node: "other", question: "zeppelin").isEmpty)
    }

    /// Works without the index, which is stopped before the site changes.
    @Test(arguments: [
        "UPDATE robbieblocks_pages SET content = 'Delivery by zeppelin is off.' WHERE page_key = 'prices'",
        "UPDATE robbieblocks_pages SET status = 'draft' WHERE page_key = 'prices'",
        "DELETE FROM robbieblocks_pages WHERE page_key = 'prices'",
    ])
    func whatIsNoLongerLiveIsNotQuotedEvenBeforeItIsIndexed(edit: String) async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(3)
        #expect(try await indexed.routes("zeppelin") == ["/prices/"])
        await indexed.stop()
        try site.edit(edit)
        // Not published yet: what visitors see is still what is quoted.
        #expect(try await indexed.routes("zeppelin") == ["/prices/"])
        try await site.build()
        #expect(try await indexed.routes("zeppelin").isEmpty)
        #expect(try await indexed.routes("astronomer") == ["/about/"])
    }

    @Test func aPageThatHasMoreToSayThanItMayLeavesRoomForOthers() async throws {
        let chapters = (1...20).map {
            "## Zeppelin \($0)\n\n"
                + String(repeating: "A zeppelin of kind \($0): the zeppelin is grey. ", count: 9)
        }
        let site = try await TestSite(
            TestSite.pages([
                ("book", "# Zeppelin\n\n" + chapters.joined(separator: "\n\n")),
                ("hall", "# Halls\n\nOf all that stands there, one thing is a zeppelin."),
                ("wind", "# Wind\n\nWind is what a captain of a zeppelin looks at every morning."),
            ]))
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(3)
        let routes = try await indexed.knowledge.search(node: "acme", question: "zeppelin")
            .map(\.route)
        #expect(routes.count { $0 == "/book/" } == 3)
        #expect(Set(routes) == ["/book/", "/hall/", "/wind/"])
    }

    @Test func aDraftIsNeverFound() async throws {
        let site = try await TestSite(
            Self.rows + "UPDATE robbieblocks_pages SET status = 'draft' WHERE page_key = 'prices'")
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(2)
        #expect(try await indexed.routes("zeppelin").isEmpty)
    }

    @Test func onlyWhatChangedIsReadAgain() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(3)
        try site.edit(
            "UPDATE robbieblocks_pages SET content = '# Prices' || E'\\n\\nA balloon ride.' WHERE page_key = 'prices';"
                + "UPDATE robbieblocks_pages SET status = 'archived' WHERE page_key = 'about'")
        try await site.build()
        try await indexed.wait { $0 == .indexed(read: 1, removed: 1, unchanged: 1) }
        #expect(try await indexed.routes("balloon") == ["/prices/"])
        let rows = try site.database.connect().run("SELECT path FROM documents ORDER BY path")
        #expect(
            try rows.map { try $0.value(0, as: String.self) } == [
                "index.html", "prices/index.html",
            ])
    }

    @Test func aRollbackIsFollowedBothWays() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(3)
        try site.edit(
            "UPDATE robbieblocks_pages SET content = 'A balloon ride.' WHERE page_key = 'prices'")
        try await site.build()
        try await indexed.waitForPages(1)
        _ = try SiteFolder(output: site.output, node: site.node).rollBack(to: nil)
        try await indexed.waitForPages(1)
        #expect(try await indexed.routes("zeppelin") == ["/prices/"])
        #expect(try await indexed.routes("balloon").isEmpty)
        _ = try SiteFolder(output: site.output, node: site.node).rollBack(to: 2)
        try await indexed.waitForPages(1)
        #expect(try await indexed.routes("balloon") == ["/prices/"])
    }

    @Test func aSiteThatIsPublishedLaterIsFound() async throws {
        let site = try await TestSite(Self.rows)
        var settings = KnowledgeIndex.Settings()
        settings.comparison = .milliseconds(200)
        let indexed = try IndexedSite(site, settings: settings)
        try await indexed.wait { $0 == .indexed(read: 0, removed: 0, unchanged: 0) }
        #expect(try await indexed.routes("zeppelin").isEmpty)
        try await site.build()
        try await indexed.waitForPages(3)
        #expect(try await indexed.routes("zeppelin") == ["/prices/"])
    }

    @Test func rowsThatAreLostAreMadeAgain() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        var settings = KnowledgeIndex.Settings()
        settings.comparison = .milliseconds(200)
        let indexed = try IndexedSite(site, settings: settings)
        try await indexed.waitForPages(3)
        try site.edit("TRUNCATE documents CASCADE")
        try await indexed.waitForPages(3)
        #expect(try await indexed.routes("zeppelin") == ["/prices/"])
        // And the connection with it.
        try site.edit(
            "DELETE FROM documents; SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        try await indexed.waitForPages(3)
    }

    @Test func onlyOneKeepsTheIndexAndTheNextTakesOver() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let first = try IndexedSite(site)
        try await first.waitForPages(3)
        let second = try IndexedSite(site)
        try await second.wait { $0 == .waiting }
        #expect(try await second.routes("zeppelin") == ["/prices/"])
        await first.stop()
        try await second.wait { if case .began = $0 { true } else { false } }
        try site.edit(
            "UPDATE robbieblocks_pages SET content = 'A balloon ride.' WHERE page_key = 'prices'")
        try await site.build()
        try await second.waitForPages(1)
        #expect(try await second.routes("balloon") == ["/prices/"])
    }
}
