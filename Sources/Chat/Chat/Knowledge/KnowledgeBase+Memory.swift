import FoundationEssentials
import PostgreSQL

extension KnowledgeBase {
    /// Returns a visitor's own messages about a question, best first.
    ///
    /// The search does not rely on its own condition to select the visitor: row-level security also
    /// limits the rows to the visitor of the transaction.
    ///
    /// - Parameters:
    ///   - embedding: of the question; nil searches by words alone.
    ///   - limit: 50 at most.
    func recall(
        visitor: UUID, node: String, question: String, embedding: Embedding? = nil,
        limit: Int = 10
    ) async throws(PostgresError) -> [MessageMatch] {
        let question = QuestionWords.storable(question)
        var queries: [Query] = [
            Self.begin(as: visitor),
            """
            SELECT m.id, m.conversation_id, m.role::text, m.content, m.created_at
            FROM robbieblocks_search_messages(\(node), \(question), '{user}', 40)
                WITH ORDINALITY AS s (message_id, score, place)
            JOIN messages AS m ON m.id = s.message_id ORDER BY s.place
            """,
        ]
        if let embedding {
            queries.append(
                """
                SELECT m.id, m.conversation_id, m.role::text, m.content, m.created_at
                FROM robbieblocks_nearest_messages(\(node), \(embedding.text), \(embedding.model),
                    \(embedding.vector.count)::integer, '{user}', 40)
                    WITH ORDINALITY AS s (message_id, similarity, place)
                JOIN messages AS m ON m.id = s.message_id ORDER BY s.place
                """)
        }
        var found: [UUID: MessageMatch] = [:]
        var lists: [[UUID]] = []
        for rows in try await pool.run(queries).dropFirst() {
            var list: [UUID] = []
            for place in 0..<rows.count {
                let row = rows[place]
                let id: UUID = try row.value(0)
                found[id] = MessageMatch(
                    id: id, conversation: try row.value(1), role: try row.value(2),
                    content: try row.value(3), createdAt: try row.value(4), score: 0)
                list.append(id)
            }
            lists.append(list)
        }
        return RankFusion.fuse(lists).prefix(min(limit, 50)).compactMap { id, score in
            var match = found[id]
            match?.score = score
            return match
        }
    }

    /// Returns a visitor's messages that have no vector of this model yet, newest first.
    func messagesToEmbed(
        visitor: UUID, node: String, model: String, limit: Int
    ) async throws(PostgresError) -> [(id: UUID, content: String)] {
        let support = try await pool.run(["SELECT robbieblocks_vector_support()"])
        guard try support[0][0].value(0, as: String.self) != "none" else { return [] }
        let rows = try await pool.run([
            Self.begin(as: visitor),
            """
            SELECT m.id, left(m.content, 8000) FROM messages AS m
            LEFT JOIN message_embeddings AS e ON e.message_id = m.id AND e.model = \(model)
            WHERE m.session_id = \(visitor)::uuid AND m.node_id = \(node)
                AND e.message_id IS NULL AND m.content <> ''
            ORDER BY m.created_at DESC LIMIT \(limit)::integer
            """,
        ])[1]
        var messages: [(id: UUID, content: String)] = []
        for place in 0..<rows.count {
            messages.append((try rows[place].value(0), try rows[place].value(1)))
        }
        return messages
    }

    /// Stores the vectors of the visitor's messages that still exist.
    ///
    /// - Returns: how many were stored.
    func store(
        _ embeddings: [Embedding], of messages: [UUID], visitor: UUID
    ) async throws(PostgresError) -> Int {
        guard let first = embeddings.first else { return 0 }
        let dimensions = first.vector.count
        return try await pool.run([
            Self.begin(as: visitor),
            "SELECT robbieblocks_index_vectors('message_embeddings', \(dimensions)::integer)",
            """
            INSERT INTO message_embeddings
                (message_id, visitor, node_id, role, model, dimensions, embedding)
            SELECT m.id, m.session_id, m.node_id, m.role, \(first.model), \(dimensions)::integer,
                n.embedding::vector
            FROM unnest(\(messages)::uuid[], \(embeddings.map(\.text))::text[])
                AS n (id, embedding)
            JOIN messages AS m ON m.id = n.id
            ON CONFLICT (message_id) DO UPDATE SET model = excluded.model,
                dimensions = excluded.dimensions, embedding = excluded.embedding
            """,
        ])[2].affected
    }

    /// Sets the visitor for the transaction's row-level security; see the policies of the tables.
    private static func begin(as visitor: UUID) -> Query {
        "SELECT set_config('robbieblocks.visitor', \(visitor.uuidString.lowercased()), true)"
    }
}
