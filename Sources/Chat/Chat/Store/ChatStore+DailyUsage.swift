import PostgreSQL

// What programs use of a node's models in a day, in a row that all chat processes share.
extension ChatStore {
    /// Sets an amount aside, if the day has room for it; days are those of UTC.
    ///
    /// - Parameter limit: what a node may use in a day.
    /// - Returns: nil when the day has no room for it.
    func reserve(
        _ amount: UsageAmount, of node: String, within limit: UsageAmount
    ) async throws(ChatStoreError) -> UsageReservation? {
        let results = try await run([
            """
            INSERT INTO ai_daily_usage AS u (node_id, day, requests, tokens, cost_micros)
            SELECT \(node), (now() AT TIME ZONE 'UTC')::date, 1, \(amount.tokens)::bigint,
                \(amount.cost)::bigint
            WHERE \(amount.tokens)::bigint <= \(limit.tokens)::bigint
                AND \(amount.cost)::bigint <= \(limit.cost)::bigint
            ON CONFLICT (node_id, day) DO UPDATE
                SET requests = u.requests + 1, tokens = u.tokens + EXCLUDED.tokens,
                    cost_micros = u.cost_micros + EXCLUDED.cost_micros
                WHERE u.tokens + EXCLUDED.tokens <= \(limit.tokens)::bigint
                    AND u.cost_micros + EXCLUDED.cost_micros <= \(limit.cost)::bigint
            RETURNING day::text
            """
        ])
        return try read(results[0]) { row throws(PostgresError) -> UsageReservation in
            UsageReservation(node: node, day: try row.value(0), amount: amount)
        }.first
    }

    /// Puts what was used in the place of what was set aside.
    func settle(
        _ reservation: UsageReservation, used: UsageAmount
    ) async throws(ChatStoreError) {
        let tokens = used.tokens - reservation.amount.tokens
        let cost = used.cost - reservation.amount.cost
        guard tokens != 0 || cost != 0 else { return }
        _ = try await run([
            """
            UPDATE ai_daily_usage
            SET tokens = greatest(0, tokens + \(tokens)::bigint),
                cost_micros = greatest(0, cost_micros + \(cost)::bigint)
            WHERE node_id = \(reservation.node) AND day = \(reservation.day)::date
            """
        ])
    }
}
