import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import Chat

/// One visitor's rows are no other's, whatever a statement says.
@Suite struct IsolationTests {
    private let chat: ChatDatabase
    private let alice = UUID()
    private let bob = UUID()
    private let exchange: Exchange

    init() async throws {
        chat = try await ChatDatabase()
        exchange = try await chat.exchange(alice, "My secret?")
        try await chat.exchange(bob, "Hello?")
    }

    /// Runs a statement with the chat's own role, for a visitor or for none.
    private func run(_ query: Query, as visitor: UUID?) async throws -> QueryResult {
        let name: Query = "SELECT set_config('robbieblocks.visitor', \(visitor), true)"
        return try #require(try await chat.pool.run((visitor == nil ? [] : [name]) + [query]).last)
    }

    @Test(arguments: ["sessions", "conversations", "messages"])
    func aForgottenWhereSeesOneVisitorAndNoOther(table: String) async throws {
        let all = try chat.count("\(unsafeSQL: table)")
        let own = try await run("SELECT * FROM \(unsafeSQL: table)", as: alice)
        #expect(own.count == all / 2 && own.count > 0)
        #expect(try await run("SELECT * FROM \(unsafeSQL: table)", as: nil).count == 0)
        #expect(try await run("SELECT * FROM \(unsafeSQL: table)", as: UUID()).count == 0)
    }

    @Test func aForgottenWhereWritesOneVisitorAndNoOther() async throws {
        #expect(try await run("UPDATE messages SET superseded_at = now()", as: bob).affected == 2)
        #expect(try await run("UPDATE conversations SET title = 'x'", as: bob).affected == 1)
        #expect(try await run("UPDATE sessions SET last_seen_at = now()", as: bob).affected == 1)
        #expect(try await run("DELETE FROM conversations", as: bob).affected == 1)
        #expect(try await run("UPDATE messages SET superseded_at = now()", as: nil).affected == 0)
        #expect(try await run("DELETE FROM conversations", as: nil).affected == 0)
        #expect(
            try await chat.path(exchange.conversation, of: alice)
                == ["My secret?", "Answer to My secret?"])
    }

    /// Also by naming them: ids are no secret.
    @Test func nobodyWritesIntoSomebodyElsesConversation() async throws {
        let id = exchange.conversation
        for (visitor, owner) in [(bob, alice), (bob, bob)] {
            await #expect(throws: PostgresError.self) {
                try await run(
                    """
                    INSERT INTO messages (conversation_id, session_id, node_id, role, content)
                    VALUES (\(id)::uuid, \(owner)::uuid, 'n', 'user', 'x')
                    """, as: visitor)
            }
        }
        await #expect(throws: PostgresError.self) {
            try await run(
                "INSERT INTO conversations (session_id, node_id) VALUES (\(alice)::uuid, 'n')",
                as: bob)
        }
        await #expect(throws: PostgresError.self) {
            try await run(
                "INSERT INTO sessions (id, node_id) VALUES (\(UUID())::uuid, 'n')", as: bob)
        }
    }

    @Test func theStoreGivesNobodyWhatIsSomebodyElses() async throws {
        let (store, id) = (chat.store, exchange.conversation)
        let missing = ChatStoreError.notFound(.conversation)
        await #expect(throws: missing) {
            try await store.messages(of: id, visitor: bob, node: "n")
        }
        await #expect(throws: missing) { try await store.export(id, of: bob, node: "n") }
        await #expect(throws: missing) { try await store.delete(id, of: bob, node: "n") }
        await #expect(throws: missing) { try await store.rename(id, of: bob, node: "n", to: "x") }
        await #expect(throws: missing) {
            try await store.begin(Question(visitor: bob, node: "n", conversation: id, text: "?"))
        }
        for message in [exchange.question, exchange.answer] {
            await #expect(throws: ChatStoreError.notFound(.message)) {
                try await store.message(message, visitor: bob, node: "n")
            }
            await #expect(throws: ChatStoreError.notFound(.message)) {
                try await store.versions(of: message, visitor: bob, node: "n")
            }
        }
        let own = try await store.conversations(of: bob, node: "n").elements
        #expect(own.count == 1 && own[0].id != id)
        for replacement in [
            Question.Replacement.edit(exchange.question), .regenerate(exchange.answer),
        ] {
            await #expect(throws: ChatStoreError.notFound(.message)) {
                try await store.begin(
                    Question(
                        visitor: bob, node: "n", conversation: own[0].id, text: "?",
                        replaces: replacement))
            }
        }
        #expect(try await !store.summarise(id, of: bob, upTo: 9, "x"))
        #expect(try await chat.path(id, of: alice).count == 2)
    }

    /// The visitor is set for one transaction, and is not the next one's.
    @Test func noVisitorIsLeftBehind() async throws {
        for _ in 0..<20 {
            _ = try await chat.store.conversations(of: alice, node: "n")
            #expect(try await run("SELECT * FROM messages", as: nil).count == 0)
        }
    }

    @Test(arguments: [
        "SELECT * FROM audit_log", "SELECT * FROM users", "DELETE FROM messages",
        "DELETE FROM audit_log", "UPDATE messages SET content = 'x'",
        "UPDATE messages SET session_id = NULL", "DELETE FROM sessions",
        "UPDATE ai_personality_state SET node_id = 'x'", "SELECT * FROM robbieblocks_pages",
        "SELECT * FROM ai_model_usage", "UPDATE ai_model_chain SET base_url = 'http://x'",
        "ALTER TABLE messages NO FORCE ROW LEVEL SECURITY", "CREATE TABLE x ()",
        "SELECT robbieblocks_grant_chat()", "DROP POLICY messages_of_the_visitor ON messages",
        "TRUNCATE messages",
    ])
    func theRoleMayDoWhatItNeedsAndNoMore(statement: String) async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await run("\(unsafeSQL: statement)", as: alice)
        }
        #expect(error?.sqlState == "42501")
    }

    /// FORCE: the policies also apply to the owner of the tables, except to superusers.
    @Test func theOwnerOfTheTablesIsBoundToo() async throws {
        let owner = "owner_" + UUID().uuidString.lowercased().prefix(8)
        try chat.database.run(
            """
            CREATE ROLE \(owner) NOLOGIN;
            ALTER TABLE sessions OWNER TO \(owner);
            ALTER TABLE conversations OWNER TO \(owner);
            ALTER TABLE messages OWNER TO \(owner);
            """)
        let connection = try chat.database.connect()
        try connection.run("SET ROLE \(unsafeSQL: owner)")
        for table in ["sessions", "conversations", "messages"] {
            #expect(try connection.run("SELECT * FROM \(unsafeSQL: table)").count == 0)
        }
        try connection.run("RESET ROLE")
        try connection.run(script: "REASSIGN OWNED BY \(owner) TO robbieblocks; DROP ROLE \(owner)")
    }
}
