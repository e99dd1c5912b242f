import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import Chat

/// Every write leaves a row in the audit log: who, what, which row; never the text.
@Suite struct AuditTests {
    private let chat: ChatDatabase
    private let visitor = UUID()

    init() async throws { chat = try await ChatDatabase() }

    /// `actor type|actor|action|table` of each entry, sorted, each once.
    private func entries(about id: UUID? = nil) throws -> [String] {
        try chat.database.connect().run(
            """
            SELECT DISTINCT concat_ws('|', actor_type, actor_id, action, entity_type)
            FROM audit_log WHERE \(id)::text IS NULL OR entity_id = lower(\(id)) ORDER BY 1
            """
        ).map { try $0.value(0, as: String.self) }
    }

    @Test func saysWhatAVisitorWrote() async throws {
        let who = "visitor|\(visitor.uuidString.lowercased())"
        let exchange = try await chat.exchange(visitor, "My secret?")
        #expect(try entries(about: exchange.question) == ["\(who)|insert|messages"])
        #expect(try entries(about: exchange.answer) == ["\(who)|insert|messages"])
        #expect(try entries(about: visitor) == ["\(who)|insert|sessions"])
        try await chat.exchange(
            visitor, "", in: exchange.conversation, replacing: .regenerate(exchange.answer))
        #expect(
            try entries(about: exchange.answer)
                == ["\(who)|insert|messages", "\(who)|update|messages"])
        _ = try await chat.store.rename(exchange.conversation, of: visitor, node: "n", to: "Two")
        try await chat.store.delete(exchange.conversation, of: visitor, node: "n")
        #expect(
            try entries(about: exchange.conversation) == [
                "\(who)|delete|conversations", "\(who)|insert|conversations",
                "\(who)|update|conversations",
            ])
        #expect(
            try entries(about: exchange.question)
                == ["\(who)|delete|messages", "\(who)|insert|messages"])
        let log = try chat.database.connect().run("SELECT audit_log::text FROM audit_log")
        for row in 0..<log.count {
            #expect(try !log[row].value(0, as: String.self).contains("secret"))
        }
    }

    @Test func saysWhatAnAdminWrote() async throws {
        var change = PersonalityChange()
        change.mood = 6
        _ = try await chat.store.change(change, of: "n", by: "ada")
        #expect(try entries() == ["admin|ada|insert|ai_personality_state"])
        try chat.database.run(
            "INSERT INTO users (email) VALUES ('a@b.example'); UPDATE users SET display_name = 'A'")
        #expect(
            try entries() == [
                "admin|ada|insert|ai_personality_state", "database|robbieblocks|insert|users",
                "database|robbieblocks|update|users",
            ])
    }

    @Test func saysWhoChangedTheModels() throws {
        try chat.database.run(
            """
            SET robbieblocks.actor = 'ada';
            INSERT INTO ai_model_chain (name, provider, base_url, model)
            VALUES ('a', 'ollama', 'http://c.example', 'm');
            UPDATE ai_model_chain SET model = 'n';
            DELETE FROM ai_model_chain;
            """)
        #expect(
            try entries() == [
                "admin|ada|delete|ai_model_chain", "admin|ada|insert|ai_model_chain",
                "admin|ada|update|ai_model_chain",
            ])
    }

    /// Summaries are made of what was said, but they are writes.
    @Test func saysThatAConversationWasSummedUp() async throws {
        let who = "visitor|\(visitor.uuidString.lowercased())"
        let exchange = try await chat.exchange(visitor, "One?")
        #expect(
            try await chat.store.summarise(
                exchange.conversation, of: visitor, upTo: 2, "They said one."))
        #expect(
            try entries(about: exchange.conversation)
                == ["\(who)|insert|conversations", "\(who)|update|conversations"])
    }

    @Test func saysNothingOfWhatWasRolledBack() async throws {
        _ = try? await chat.store.begin(
            Question(visitor: visitor, node: "n", conversation: UUID(), text: "?"))
        #expect(try entries() == [])
    }
}
