import PostgreSQL

extension ChatStore {
    /// Returns a node's configured replies: its own before those for every node, and those for one
    /// language before those for any.
    func replies(of node: String) async throws(ChatStoreError) -> [ReplyRow] {
        let results = try await run([
            """
            SELECT occasion,
                CASE WHEN language <> '' THEN robbieblocks_search_language(language)::text END, reply
            FROM ai_replies
            WHERE node_id = \(node) OR node_id IS NULL
            ORDER BY node_id NULLS LAST, language NULLS LAST, occasion LIMIT 200
            """
        ])
        return try read(results[0]) { row throws(PostgresError) -> ReplyRow in
            ReplyRow(
                occasion: try row.value(0), language: try row.optional(1), text: try row.value(2))
        }
    }
}
