import Core
import PostgreSQL

extension ChatStore {
    /// Returns the models of a node in order of use: its own and those for every node, at most 16.
    func modelChain(
        of node: String, for purpose: ModelRow.Purpose
    ) async throws(ChatStoreError) -> [ModelRow] {
        let results = try await run([
            """
            SELECT name, provider, base_url, model, key_name, connect_timeout_ms,
                first_token_timeout_ms, stall_timeout_ms, maximum_output_tokens, context_tokens,
                input_price::float8, output_price::float8, begins_with_thoughts
            FROM ai_model_chain
            WHERE (node_id = \(node) OR node_id IS NULL) AND purpose = \(purpose.rawValue)
                AND is_enabled
            ORDER BY chain_order, node_id NULLS LAST LIMIT 16
            """
        ])
        return try read(results[0]) { row throws(PostgresError) -> ModelRow in
            guard let provider = ModelRow.Provider(rawValue: try row.value(1)) else {
                throw PostgresError(.decoding, "ai_model_chain names an unknown provider")
            }
            return ModelRow(
                name: try row.value(0), purpose: purpose, provider: provider,
                baseURL: try row.value(2), model: try row.value(3), keyName: try row.optional(4),
                connectTimeout: try row.value(5), firstTokenTimeout: try row.value(6),
                stallTimeout: try row.value(7), maximumOutputTokens: try row.value(8),
                contextTokens: try row.value(9),
                beginsWithThoughts: try row.optional(12), inputPrice: try row.value(10),
                outputPrice: try row.value(11))
        }
    }

    /// Records the usage of attempts; at most 1000 in one call.
    func record(_ usage: [ModelUsageRow]) async throws(ChatStoreError) {
        guard !usage.isEmpty else { return }
        guard usage.count <= 1000 else { throw .invalid("at most 1000 attempts at once") }
        var json = JSONBytes(capacity: 256 * usage.count)
        json.array(usage) { json, one in json.object { $0.usage(one) } }
        _ = try await run([
            """
            INSERT INTO ai_model_usage (node_id, purpose, name, provider, model, outcome,
                first_token_ms, total_ms, input_tokens, output_tokens)
            SELECT u.node, u.purpose, left(u.name, 100), u.provider, u.model, left(u.outcome, 50),
                u.first_token, u.total, u.input, u.output
            FROM json_to_recordset(\(String(decoding: json.bytes, as: UTF8.self))::json) AS u (
                node text, purpose text, name text, provider text, model text, outcome text,
                first_token float8, total float8, input integer, output integer)
            """
        ])
    }
}

extension JSONBytes {
    fileprivate mutating func usage(_ usage: ModelUsageRow) {
        member("node", usage.node)
        member("purpose", usage.purpose.rawValue)
        member("name", usage.name)
        member("provider", usage.provider.rawValue)
        member("model", usage.model)
        member("outcome", usage.outcome)
        if let milliseconds = usage.firstToken { member("first_token", milliseconds) }
        member("total", usage.total)
        if let count = usage.inputTokens { member("input", count) }
        if let count = usage.outputTokens { member("output", count) }
    }
}
