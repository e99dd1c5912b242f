import PostgreSQL

extension ChatStore {
    /// Maximum number of visitors that one call of `expireConversations` processes.
    static let expiryBatch = 200

    /// Deletes unused conversations of visitors who have been away for a day, and all conversations
    /// of visitors who have been away for `keptDays`.
    ///
    /// - Parameter keptDays: days after which a visitor's conversations are deleted; nil keeps
    ///   them.
    /// - Returns: how many visitors were processed. Fewer than `expiryBatch` means that none are
    ///   left.
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
