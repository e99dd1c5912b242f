import PostgreSQL

extension ChatStore {
    /// Returns a node's current personality.
    func personality(of node: String) async throws(ChatStoreError) -> Personality {
        let results = try await run([
            """
            SELECT state.mood, state.mode, state.gandhi_genghis, state.energy, state.focus,
                speaker.personality_key, speaker.name, speaker.instructions
            FROM ai_personality_state AS state
            LEFT JOIN ai_personalities AS speaker ON speaker.id = state.personality_id
            WHERE state.node_id = \(node)
            """
        ])
        let rows = try read(results[0]) { row throws(PostgresError) -> Personality in
            var personality = Personality(node: node)
            personality.mood = try row.value(0)
            personality.mode = try row.value(1)
            personality.gandhiGenghis = try row.value(2)
            personality.energy = try row.value(3)
            personality.focus = try row.value(4)
            personality.key = try row.optional(5)
            personality.name = try row.optional(6) ?? personality.name
            personality.instructions = try row.optional(7)
            return personality
        }
        return rows.first ?? Personality(node: node)
    }

    /// Changes a node's personality, and notifies all listeners.
    ///
    /// - Parameter admin: the name to record in the audit log.
    /// - Returns: the new personality.
    func change(
        _ change: PersonalityChange, of node: String, by admin: String
    ) async throws(ChatStoreError) -> Personality {
        if let fault = change.fault { throw .invalid(fault) }
        let usual = Personality(node: node)
        let results = try await run([
            "SELECT set_config('robbieblocks.actor', \(admin), true)",
            """
            WITH chosen AS (
                SELECT id FROM ai_personalities WHERE personality_key = \(change.key)
            )
            INSERT INTO ai_personality_state AS state
                (node_id, personality_id, mood, mode, gandhi_genghis, energy, focus)
            SELECT \(node), (SELECT id FROM chosen), \(change.mood ?? usual.mood)::integer,
                \(change.mode ?? usual.mode), \(change.gandhiGenghis ?? usual.gandhiGenghis)::integer,
                \(change.energy ?? usual.energy)::integer, \(change.focus ?? usual.focus)::integer
            WHERE \(change.key)::text IS NULL OR EXISTS (SELECT FROM chosen)
            ON CONFLICT (node_id) DO UPDATE SET
                personality_id = coalesce(excluded.personality_id, state.personality_id),
                mood = coalesce(\(change.mood)::integer, state.mood),
                mode = coalesce(\(change.mode), state.mode),
                gandhi_genghis = coalesce(\(change.gandhiGenghis)::integer, state.gandhi_genghis),
                energy = coalesce(\(change.energy)::integer, state.energy),
                focus = coalesce(\(change.focus)::integer, state.focus)
            """,
        ])
        guard results[1].affected == 1 else {
            throw .invalid("there is no personality '\(change.key ?? "")'")
        }
        return try await personality(of: node)
    }
}
