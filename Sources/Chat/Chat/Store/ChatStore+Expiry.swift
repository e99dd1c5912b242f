import PostgreSQL

extension ChatStore {
    /// Visitors that one call of `expireConversations` looks at.
    static let expiryBatch = 200

    /// Deletes conversations of visitors who have not been here for a day and never said anything in
    /// them, and all conversations of visitors who have not been here for longer.
    ///
    /// - Parameter keptDays: after which visitors are forgotten; nil for never.
    /// - Returns: how many visitors were looked at. Fewer than `expiryBatch`: nothing is left to do.
    func expireConversations(keptDays: Int?) async throws(ChatStoreError) -> Int {
        let results = try await run([
            """
            SELECT robbieblocks_expire_visitors(
                interval '1 day', \(keptDays)::integer * interval '1 day',
                \(Self.expiryBatch)::integer)
            """
        ])
        return try read(results[0]) { row throws(PostgresError) -> Int in
            try row.value(0)
        }.first ?? 0
    }
}
