import FoundationEssentials
import PostgreSQL

extension IndexWriter {
    /// How many headings to sample.
    private static let samples = 12

    /// Returns headings above a sample of passages, from which a model's scale is measured.
    ///
    /// - Returns: nil when the scale was measured for an index of about this size, or when no
    ///   passage has a vector.
    func samplesForScale(of model: String) throws -> (passages: Int, texts: [String])? {
        guard vectors != .none else { return nil }
        let counts = try open().run(
            """
            SELECT count(*)::integer, (SELECT s.passages FROM embedding_scales AS s
                WHERE s.node_id = \(node) AND s.model = \(model))
            FROM passage_embeddings AS e WHERE e.node_id = \(node) AND e.model = \(model)
            """)
        let passages: Int = try counts[0].value(0)
        guard passages > 0 else { return nil }
        if let known: Int = try counts[0].optional(1), abs(known - passages) * 4 <= known {
            return nil
        }
        let rows = try open().run(
            """
            SELECT concat_ws(' ', nullif(d.title, ''), nullif(p.heading, ''))
            FROM document_passages AS p JOIN documents AS d ON d.id = p.document_id
            WHERE p.node_id = \(node) AND p.heading <> '' AND length(p.content) > 80
            ORDER BY p.sha256 LIMIT \(Self.samples)::integer
            """)
        return (passages, try rows.map { try $0.value(0) })
    }

    /// Returns the similarity of the passage nearest to a vector.
    func nearest(to embedding: Embedding) throws -> Double? {
        let rows = try open().run(
            """
            SELECT similarity FROM robbieblocks_nearest_passages(\(node), \(embedding.text),
                \(embedding.model), \(embedding.vector.count)::integer, 1)
            """)
        return rows.count > 0 ? try rows[0].value(0) : nil
    }

    func store(_ scale: EmbeddingScale, of model: String, passages: Int) throws {
        try open().run(
            """
            INSERT INTO embedding_scales (node_id, model, passages, low, high)
            VALUES (\(node), \(model), \(passages)::integer, \(scale.low.description)::float8,
                \(scale.high.description)::float8)
            ON CONFLICT (node_id, model) DO UPDATE SET passages = excluded.passages,
                low = excluded.low, high = excluded.high
            """)
    }
}
