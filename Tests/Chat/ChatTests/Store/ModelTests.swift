import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import Chat

@Suite struct ModelTests {
    private let chat: ChatDatabase

    init() async throws { chat = try await ChatDatabase() }

    @Test func readsANodesModelsInOrder() async throws {
        #expect(try await chat.store.modelChain(of: "n", for: .chat) == [])
        try chat.database.run(
            """
            INSERT INTO ai_model_chain
                (node_id, purpose, chain_order, name, provider, base_url, model, key_name, is_enabled)
            VALUES
                (NULL, 'chat', 2, 'all', 'anthropic', 'https://a.example', 'm', 'KEY_1', true),
                ('n', 'chat', 2, 'own', 'openai', 'https://b.example/v1', 'm', NULL, true),
                ('n', 'chat', 1, 'off', 'ollama', 'http://c.example', 'm', NULL, false),
                ('n', 'chat', 3, 'last', 'ollama', 'http://c.example', 'm', NULL, true),
                ('other', 'chat', 1, 'not', 'ollama', 'http://c.example', 'm', NULL, true),
                (NULL, 'embedding', 1, 'vectors', 'ollama', 'http://c.example', 'e', NULL, true);
            """)
        let chain = try await chat.store.modelChain(of: "n", for: .chat)
        #expect(chain.map(\.name) == ["own", "all", "last"])
        #expect(chain.map(\.provider) == [.openAI, .anthropic, .ollama])
        #expect(chain.map(\.keyName) == [nil, "KEY_1", nil])
        #expect(chain[0].connectTimeout == 2000 && chain[0].baseURL == "https://b.example/v1")
        let vectors = try await chat.store.modelChain(of: "n", for: .embedding)
        #expect(vectors.map(\.name) == ["vectors"])
    }

    @Test func embeddingsHaveAModelUnlessTheRowNamesAnother() async throws {
        try chat.database.run(
            """
            INSERT INTO ai_model_chain (purpose, name, provider, base_url)
            VALUES ('embedding', 'vectors', 'ollama', 'http://c.example')
            """)
        let chain = try await chat.store.modelChain(of: "n", for: .embedding)
        #expect(chain.map(\.model) == ["nomic-embed-text"])
        #expect(throws: PostgresError.self) {
            try chat.database.run(
                """
                INSERT INTO ai_model_chain (name, provider, base_url)
                VALUES ('chat', 'ollama', 'http://c.example')
                """)
        }
    }

    @Test(arguments: [
        ("base_url", "file:///etc/passwd"), ("base_url", "https://a b"), ("provider", "other"),
        ("key_name", "PATH=1"), ("key_name", "lower"), ("key_name", ""), ("purpose", "x"),
        ("connect_timeout_ms", "0"), ("maximum_output_tokens", "-1"),
    ])
    func theDatabaseRefuses(column: String, value: String) throws {
        try chat.database.run(
            """
            INSERT INTO ai_model_chain (name, provider, base_url, model)
            VALUES ('a', 'ollama', 'http://c.example', 'm')
            """)
        #expect(throws: PostgresError.self) {
            try chat.database.run("UPDATE ai_model_chain SET \(column) = '\(value)'")
        }
    }

    @Test func recordsWhatAttemptsTook() async throws {
        try await chat.store.record([])
        let refused = ModelUsageRow(
            node: "n", name: "own", provider: .openAI, model: "m", outcome: "refused", total: 1.5)
        let complete = ModelUsageRow(
            node: "n", name: "own", provider: .openAI, model: "m", outcome: "complete",
            firstToken: 20, total: 300, inputTokens: 10, outputTokens: 30)
        try await chat.store.record([refused, complete])
        let rows = try chat.database.connect().run(
            """
            SELECT outcome, first_token_ms, total_ms, input_tokens, output_tokens
            FROM ai_model_usage ORDER BY outcome
            """)
        #expect(rows.count == 2)
        #expect(try rows[0].value(1, as: Double.self) == 20)
        #expect(try rows[0].value(4, as: Int.self) == 30)
        #expect(try rows[1].optional(1, as: Double.self) == nil)
        #expect(try rows[1].value(2, as: Double.self) == 1.5)
        await #expect(throws: ChatStoreError.self) {
            try await chat.store.record(Array(repeating: refused, count: 1001))
        }
    }
}
