import PostgreSQL
import TestSupport
import Testing

@testable import Chat

/// Vectors beside passages: made in the background, kept as long as the words stay, and done without.
@Suite(.timeLimit(.minutes(2))) struct VectorTests {
    private static let rows = TestSite.pages([
        ("home", "# Welcome\n\nWe sell lanterns."),
        (
            "travel",
            "# Travel\n\nOur dirigible leaves at noon.\n\n## Soup\n\nSoup is served on board."
        ),
    ])

    @Test func meaningFindsThePage() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let indexed = try IndexedSite(site, embedder: WordVectors.embedder)
        try await indexed.wait { $0 == .embedded(3) }
        #expect(try await indexed.routes("zeppelin").isEmpty)
        let question = try await WordVectors.embedder.question("zeppelin")
        let found = try await indexed.knowledge.search(
            node: "acme", question: "zeppelin", embedding: question)
        #expect(found.first?.text == "Our dirigible leaves at noon.")
        #expect((found.first?.relevance ?? 0) > (found.last?.relevance ?? 1))
        #expect(found.first?.strength == 1 && (found.last?.strength ?? 1) < 1)
        // What "near" means was measured for this model and these pages.
        let scales = try site.database.connect().run(
            "SELECT passages, low < high FROM embedding_scales WHERE model = 'words/64'")
        #expect(try scales.count == 1 && scales[0].value(0) == 3 && scales[0].value(1))
        // Pages that are left out are no candidates.
        try site.edit(
            "INSERT INTO document_weights (node_id, route, weight) VALUES (NULL, '/travel/', 0)")
        let near = try site.database.connect().run(
            """
            SELECT d.route FROM robbieblocks_nearest_passages('acme', \(question.text),
                'words/64', 64, 1) AS s
            JOIN document_passages AS p ON p.id = s.passage_id
            JOIN documents AS d ON d.id = p.document_id
            """)
        #expect(try near.count == 1 && near[0].value(0) == "/")
    }

    @Test func anEditEmbedsOnlyWhatItChanged() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let indexed = try IndexedSite(site, embedder: WordVectors.embedder)
        try await indexed.wait { $0 == .embedded(3) }
        try site.edit(
            """
            UPDATE robbieblocks_pages SET content = replace(content, 'noon', 'midnight')
            WHERE page_key = 'travel'
            """)
        try await site.build()
        try await indexed.wait { $0 == .embedded(1) }
        let question = try await WordVectors.embedder.question("airship")
        let found = try await indexed.knowledge.search(
            node: "acme", question: "airship", embedding: question)
        #expect(found.first?.text == "Our dirigible leaves at midnight.")
    }

    @Test func anotherModelReplacesTheVectors() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let first = try IndexedSite(site, embedder: WordVectors.embedder)
        try await first.wait { $0 == .embedded(3) }
        await first.stop()
        let larger = TextEmbedder(model: "words/96") { texts in
            texts.map { WordVectors.vector(of: $0) + [Float](repeating: 0.001, count: 32) }
        }
        let second = try IndexedSite(site, embedder: larger)
        try await second.wait { $0 == .embedded(3) }
        let found = try await second.knowledge.search(
            node: "acme", question: "airship", embedding: try await larger.question("airship"))
        #expect(found.first?.text == "Our dirigible leaves at noon.")
        let indexes = try site.database.connect().run(
            """
            SELECT indexname::text FROM pg_indexes WHERE indexdef LIKE '%USING hnsw%'
            ORDER BY 1
            """)
        #expect(
            try indexes.map { try $0.value(0, as: String.self) }
                == ["passage_embeddings_64_idx", "passage_embeddings_96_idx"])
    }

    @Test(arguments: [
        [], [[Float]](repeating: [], count: 3), [[1], [1, 2], [1]], [[.nan], [1], [1]],
        [[0, 0], [1, 1], [1, 1]],
    ])
    func vectorsThatCannotBeUsedAreAFault(vectors: [[Float]]) async throws {
        let embedder = TextEmbedder(model: "broken") { _ in vectors }
        await #expect(throws: EmbeddingFault.self) {
            try await embedder.documents(["a", "b", "c"])
        }
    }

    /// A model that fails costs no words, and is asked again.
    @Test func withoutAModelWordsAreEnough() async throws {
        struct Gone: Error {}
        let site = try await TestSite(Self.rows)
        try await site.build()
        let indexed = try IndexedSite(
            site, embedder: TextEmbedder(model: "gone") { _ in throw Gone() })
        try await indexed.wait { if case .failed = $0 { true } else { false } }
        #expect(try await indexed.routes("dirigible") == ["/travel/"])
    }

    /// Simulates a server without pgvector: no role may install it.
    @Test func withoutTheExtensionWordsAreEnough() async throws {
        let site = try await TestSite(Self.rows)
        try site.edit(
            """
            DROP TABLE passage_embeddings, message_embeddings;
            DROP EXTENSION vector;
            CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE insufficient_privilege;
            END $$;
            CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION')
                EXECUTE FUNCTION refuse();
            """)
        try await site.build()
        let indexed = try IndexedSite(site, embedder: WordVectors.embedder)
        try await indexed.wait { $0 == .began(.none) }
        try await indexed.waitForPages(2)
        let question = try await WordVectors.embedder.question("dirigible")
        let found = try await indexed.knowledge.search(
            node: "acme", question: "dirigible", embedding: question)
        #expect(found.map(\.route) == ["/travel/"])
        let rows = VisitorRows(database: site.database)
        let ann = try rows.visitor()
        try rows.write(["The dirigible, please."], by: ann)
        let recalled = try await indexed.knowledge.recall(
            visitor: ann, node: "acme", question: "dirigible", embedding: question)
        #expect(recalled.map(\.content) == ["The dirigible, please."])
        #expect(
            try await indexed.knowledge.messagesToEmbed(
                visitor: ann, node: "acme", model: "words/64", limit: 10
            ).isEmpty)
    }
}
