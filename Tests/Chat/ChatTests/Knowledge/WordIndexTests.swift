import FoundationEssentials
import PostgreSQL
import System
import TestSupport
import Testing

@testable import Chat

/// The copy of passages in memory finds what the database finds.
@Suite(.timeLimit(.minutes(3))) struct WordIndexTests {
    /// Questions of several shapes, beside those that are made of the pages' own words.
    private static let questions = [
        "What does a shelf test cost?", "price prices PRICING", "Where is your office, please?",
        "the of and", "Can I play the games with a keyboard?", "shopper shopper panel",
        "how do I contact you!", "xylophone", "", "?", "discount, refund; help: support",
        "Is it 10 per cent or more?", "\"shelf test\"", "shelf -test", "an e-mail address",
        "ACCESSIBILITY", "Preis", "www.example.com/path", "what's new", "<b>shelf</b> test",
        "a 'quoted' word \\ and \u{0}", "o'clock", "how long", "wie viel kostet das", "¿?",
    ]

    /// A node with too many passages for the copy in memory finds the same, but for misspelled words.
    @Test func findsInTheDatabaseWhatItFindsInMemory() async throws {
        let sites = try await StarterSites.start(nodes: ["testpilot"])
        let database = sites.database
        let pool = ConnectionPool(to: database.target, role: "robbieblocks_chat")
        let (events, event) = AsyncStream.makeStream(of: KnowledgeEvent.self)
        let index = KnowledgeIndex(
            database: database.target, output: sites.output, node: "testpilot"
        ) { event.yield($0) }
        let task = Task { await index.run() }
        for await event in events {
            if case .indexed(let pages, _, _) = event, pages > 0 { break }
        }
        task.cancel()
        await task.value
        let inMemory = KnowledgeBase(pool: pool, output: sites.output)
        let inDatabase = KnowledgeBase(pool: pool, output: sites.output, passagesInMemory: 0)
        let words = try await inMemory.search(
            node: "testpilot", question: "pages shoppers", limit: 20
        ).flatMap { $0.text.split { !$0.isLetter }.map(String.init) }
        #expect(words.count > 100)
        var generator = SeededGenerator(seed: 7)
        let random = (0..<60).map { _ in
            (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                words.randomElement(using: &generator) ?? ""
            }.joined(separator: " ")
        }
        for question in Self.questions + random {
            let expected = try await inMemory.search(node: "testpilot", question: question)
            let found = try await inDatabase.search(node: "testpilot", question: question)
            #expect(found.first?.id == expected.first?.id, "\(question)")
            #expect(found.count == expected.count, "\(question)")
        }
        #expect(inDatabase.passagesKnown(of: "testpilot") == 0)
    }

    /// Neither the ids that a database gave nor the order of a dictionary is seen in an answer.
    @Test func equalPagesAreFoundInTheSameOrder() async throws {
        let words = (0..<12).map { "word\($0)" }
        func search(capacity: Int) throws -> [String] {
            let routes = ["/a/", "/b/", "/c/", "/d/"]
            let pages = routes.map { route in
                WordIndex.Page(
                    document: UUID(), route: route, title: "",
                    version: PageVersion(path: route, digest: SHA256Digest(hashing: [])),
                    language: "english", weight: 1, words: [])
            }
            let entries = pages.shuffled().map { page in
                WordIndex.Entry(
                    candidate: Candidate(
                        passage: Passage(
                            node: "n", route: page.route, title: "", heading: "", text: ""),
                        version: page.version),
                    document: page.document, ordinal: 0,
                    // Two have the words more and more prominently, two the other way round.
                    words: words.enumerated().map {
                        ($1, 0.05 + Float(page.route < "/c/" ? $0 : 11 - $0) / 40)
                    }, substance: 1)
            }
            var alternatives = [String: Float](minimumCapacity: capacity)
            for (place, word) in words.enumerated() {
                alternatives[word] = place.isMultiple(of: 3) ? 1 : 0.75
            }
            var terms = QuestionTerms(language: "english")
            terms.terms = [.init(alternatives: alternatives, weight: 1)]
            return WordIndex(entries, pages: pages).search(terms, most: 10).map {
                "\($0.passage.route) \($0.passage.relevance) \($0.passage.strength)"
            }
        }
        let first = try search(capacity: 0)
        #expect(first.count == 4)
        for capacity in [20, 100, 1000, 5000] { #expect(try search(capacity: capacity) == first) }
    }

    @Test func thePageForContactIsTheOneCalledSo() throws {
        func page(_ route: String, _ words: [(String, Float)] = [], weight: Double = 1)
            -> WordIndex.Page
        {
            WordIndex.Page(
                document: UUID(), route: route, title: "",
                version: PageVersion(path: route, digest: SHA256Digest(hashing: [])),
                language: "english", weight: weight, words: words)
        }
        func found(_ pages: [WordIndex.Page]) -> String? {
            WordIndex([], pages: pages).page(
                called: Concepts.contactNames, folded: ["contact"], near: ["phone", "write"])?.route
        }
        let others = [page("/a-phone/", [("phone", 0.608)]), page("/write/", [("write", 0.608)])]
        #expect(found(others) == nil)
        #expect(found(others + [page("/about/", [("contact", 0.608)])]) == "/about/")
        let lenses = page("/contact-lenses/", [("contact", 0.608), ("phone", 0.608)])
        #expect(found(others + [lenses, page("/de/kontakt/")]) == "/de/kontakt/")
        #expect(found([page("/contact/", weight: 0)]) == nil)
    }

    @Test func theCopyFollowsTheRows() async throws {
        let site = try await TestSite(
            TestSite.pages([
                ("home", "# Welcome\n\nWe sell lanterns."),
                (
                    "prices",
                    "# Prices\n\nA zeppelin costs twelve crowns.\n\n## Sails\n\nOn request."
                ),
            ]))
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(2)
        let knowledge = indexed.knowledge
        try await knowledge.refresh(site.node)
        #expect(try await indexed.routes("zeppelin") == ["/prices/"])
        #expect(try await indexed.routes("sails request") == ["/prices/"])

        try site.edit(
            """
            UPDATE robbieblocks_pages
            SET content = replace(content, 'zeppelin', 'balloon') WHERE page_key = 'prices'
            """)
        try await site.build()
        // The copy still has it, and it is not served any more.
        #expect(try await indexed.routes("zeppelin").isEmpty)
        try await indexed.waitForPages(1)
        try await knowledge.refresh(site.node)
        #expect(try await indexed.routes("balloon") == ["/prices/"])
        #expect(try await indexed.texts("zeppelin").isEmpty)
        // Passages unchanged by the edit now belong to another version of the page.
        #expect(try await indexed.routes("sails request") == ["/prices/"])

        // In another language the same text has other words.
        let english = try await knowledge.search(node: site.node, question: "balloon")
        try site.edit(
            """
            UPDATE robbieblocks_pages SET metadata = '{"language": "de"}' WHERE page_key = 'prices'
            """)
        try await site.build()
        try await indexed.waitForPages(1)
        try await knowledge.refresh(site.node)
        let german = try await knowledge.search(node: site.node, question: "balloon")
        #expect(english.count == 1 && german.map(\.text) == english.map(\.text))
        #expect(german.map(\.id) != english.map(\.id))
    }

    /// A question is answered while nothing at all can be asked of the database.
    @Test func plainWordsNeedNoDatabaseOnceTheyAreKnown() async throws {
        let site = try await TestSite(
            TestSite.pages([("home", "# Welcome\n\nWe sell paper lanterns.")]))
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(1)
        let pool = ConnectionPool(to: site.database.target, role: "robbieblocks_chat")
        let knowledge = KnowledgeBase(pool: pool, output: site.output)
        try await knowledge.refresh(site.node)
        func ask(_ question: String) async throws -> [String] {
            try await knowledge.search(node: site.node, question: question).map(\.route)
        }
        #expect(try await ask("Do you sell lanterns?") == ["/"])
        await pool.close()
        #expect(try await ask("Do lanterns sell?") == ["/"])
        #expect(try await ask("\"sell lanterns\"") == ["/"])
    }

    @Test func moreThanFitsInMemoryIsSearchedInTheDatabase() async throws {
        let site = try await TestSite(
            TestSite.pages([
                ("home", "# One\n\nLanterns.\n\n## Two\n\nSails.\n\n## Three\n\nRope.")
            ]))
        try await site.build()
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(1)
        let pool = ConnectionPool(to: site.database.target, role: "robbieblocks_chat")
        let knowledge = KnowledgeBase(pool: pool, output: site.output, passagesInMemory: 2)
        try await knowledge.refresh(site.node)
        #expect(try await knowledge.search(node: site.node, question: "rope").count == 1)
        await pool.close()
        await #expect(throws: PostgresError.self) {
            try await knowledge.search(node: site.node, question: "rope")
        }
    }

    /// Who keeps the index need not be who answers.
    @Test func whatAnotherProcessWritesIsNoticed() async throws {
        let site = try await TestSite(TestSite.pages([("home", "# Welcome\n\nWe sell lanterns.")]))
        try await site.build()
        let pool = ConnectionPool(to: site.database.target, role: "robbieblocks_chat")
        let knowledge = KnowledgeBase(pool: pool, output: site.output)
        let following = Task { await knowledge.follow(site.node) }
        defer { following.cancel() }
        let indexed = try IndexedSite(site)
        try await indexed.waitForPages(1)
        // Nothing was said to it: it looks by itself.
        try await waitUntil("the page is known") { knowledge.passagesKnown(of: site.node) == 1 }
    }
}
