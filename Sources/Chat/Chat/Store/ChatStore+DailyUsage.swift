import PostgreSQL

// The daily use of a node's models by API clients, in a row that all chat processes share.
extension ChatStore {
    /// Reserves an amount of the current UTC day's allowance.
    ///
    /// - Parameter limit: the node's daily allowance.
    /// - Returns: nil when the remaining allowance is too small.
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

    /// Replaces the reserved amount with the amount used.
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
