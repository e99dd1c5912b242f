import Core
import Foundation
import PostgreSQL
import System
import TestSupport
import Testing

@testable import Chat

/// The files of the data contract, on databases of all ages.
@Suite struct SchemaTests {
    private static let contract = [
        "01-core.sql", "02-conversations.sql", "08-universal-ai-state.sql",
    ]

    private static func text(_ file: String) throws -> String {
        String(
            decoding: try Directory(ProjectFolder.path + "/database").read(file), as: UTF8.self)
    }

    private static func migrations() throws -> Migrations {
        try Migrations(folder: Directory(ProjectFolder.path + "/database/migrations"))
    }

    /// A database without anything, on the server of the tests.
    private static func makeEmpty(beside database: TestDatabase) throws -> (
        ConnectionTarget, String
    ) {
        let name = "empty_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try database.connect().run("CREATE DATABASE \(unsafeSQL: name)")
        return (database.target.database(name), name)
    }

    private static func drop(_ name: String, beside database: TestDatabase) {
        _ = try? database.connect().run("DROP DATABASE \(unsafeSQL: name) WITH (FORCE)")
    }

    @Test func contractFilesCanBeRunByHandAgainAndAgain() async throws {
        let chat = try await ChatDatabase()
        let visitor = UUID()
        let conversation = try await chat.exchange(visitor, "?").conversation
        for _ in 0..<2 {
            for file in Self.contract { try chat.database.run("BEGIN; \(Self.text(file)); COMMIT") }
        }
        #expect(try await chat.path(conversation, of: visitor).count == 2)
        try await chat.exchange(visitor, "!", in: conversation)
    }

    @Test func contractFilesNeedNothingElse() async throws {
        let database = try await TestDatabase()
        let (target, name) = try Self.makeEmpty(beside: database)
        defer { Self.drop(name, beside: database) }
        let connection = try Connection(to: target)
        for _ in 0..<2 {
            for file in Self.contract { try connection.run(script: Self.text(file)) }
        }
        try Self.migrations().apply(on: connection)
    }

    /// Older tables with these names keep their rows, and the chat works beside them.
    @Test func oldTablesKeepTheirRows() async throws {
        let database = try await TestDatabase()
        let (target, name) = try Self.makeEmpty(beside: database)
        defer { Self.drop(name, beside: database) }
        let connection = try Connection(to: target)
        try connection.run(
            script: """
                CREATE TABLE users (id serial PRIMARY KEY, email varchar(255) UNIQUE);
                INSERT INTO users (email) VALUES ('a@b.example');
                CREATE TABLE sessions (
                    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id integer REFERENCES users);
                INSERT INTO sessions (user_id) VALUES (1);
                CREATE TABLE audit_log (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), action text);
                INSERT INTO audit_log (action) VALUES ('something else');
                CREATE TABLE conversations (
                    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id integer, title text);
                INSERT INTO conversations (title) VALUES ('old');
                CREATE TABLE messages (
                    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
                    conversation_id uuid REFERENCES conversations, role varchar(50) NOT NULL,
                    content text NOT NULL);
                INSERT INTO messages (conversation_id, role, content)
                SELECT id, 'tool', 'old' FROM conversations;
                CREATE TABLE ai_personalities (
                    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
                CREATE TABLE ai_personality_state (
                    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), mood integer);
                INSERT INTO ai_personality_state (mood) VALUES (99);
                """)
        try Self.migrations().apply(on: connection)
        for (table, count) in [
            ("users", 1), ("sessions", 1), ("audit_log", 1), ("conversations", 1), ("messages", 1),
            ("ai_personality_state", 1),
        ] {
            let rows = try connection.run("SELECT * FROM \(unsafeSQL: table)")
            #expect(rows.count == count, "\(table)")
        }
        var settings = ConnectionPool.Settings(size: 1)
        settings.acquireDeadline = 60_000
        let pool = ConnectionPool(to: target, role: ChatStore.role, settings: settings)
        let store = ChatStore(pool: pool)
        let visitor = UUID()
        let exchange = try await store.begin(Question(visitor: visitor, node: "n", text: "?"))
        try await store.finish(exchange, Answer(text: "!", source: .model))
        let page = try await store.messages(
            of: exchange.conversation, visitor: visitor, node: "n")
        #expect(page.elements.map(\.text) == ["?", "!"])
        // The old rows belong to no visitor.
        #expect(try await pool.run("SELECT * FROM messages").count == 0)
        await pool.close()
    }

    /// Roles belong to the whole server: databases that are set up at once make one together.
    @Test func databasesAreSetUpAtTheSameTime() async throws {
        let server = try TestDatabase.startServer(hasSchema: false)
        defer { _ = try? server.stop() }
        let connection = try Connection(to: server.target)
        let names = (0..<6).map { "db\($0)" }
        for name in names { try connection.run("CREATE DATABASE \(unsafeSQL: name)") }
        for _ in 0..<3 {
            try await withThrowingTaskGroup(of: String?.self) { group in
                for name in names + names {
                    group.addTask { [target = server.target.database(name)] in
                        let connection = try Connection(to: target)
                        try Self.migrations().apply(on: connection)
                        return try connection.run("SELECT robbieblocks_grant_chat()")[0]
                            .optional(0)
                    }
                }
                for try await fault in group { #expect(fault == nil) }
            }
            for name in names {
                try Connection(to: server.target.database(name))
                    .run(script: "DROP OWNED BY robbieblocks_chat")
            }
            try connection.run("DROP ROLE robbieblocks_chat")
            for name in names {
                try Connection(to: server.target.database(name)).run(
                    "DELETE FROM robbieblocks_migrations WHERE number IN (102, 103)")
            }
        }
    }

    /// Sites are built by an owner who may not make roles; the chat says what it lacks.
    @Test func anOwnerWithoutRightsOnRolesIsToldWhatToDo() async throws {
        let server = try TestDatabase.startServer(hasSchema: false)
        defer { _ = try? server.stop() }
        let admin = try Connection(to: server.target)
        try admin.run("CREATE ROLE plain LOGIN")
        try admin.run("CREATE DATABASE site OWNER plain")
        var target = server.target.database("site")
        target.settings["user"] = "plain"
        let owner = try Connection(to: target)
        let applied = try Self.migrations().apply(on: owner)
        #expect(applied.contains("0102-chat-role"))
        let advice = try owner.run("SELECT robbieblocks_grant_chat()")[0].value(0, as: String.self)
        #expect(advice.contains("GRANT robbieblocks_chat TO plain"))

        var settings = ConnectionPool.Settings(size: 1)
        settings.acquireDeadline = 60_000
        let pool = ConnectionPool(to: target, role: ChatStore.role, settings: settings)
        let store = ChatStore(pool: pool)
        let question = Question(visitor: UUID(), node: "n", text: "?")
        let error = await #expect(throws: ChatStoreError.self) { try await store.begin(question) }
        #expect(
            error?.diagnostic.hint?.contains("SELECT robbieblocks_grant_chat()") == true,
            "\(String(describing: error))")

        // The hint works when it is followed literally.
        let statements = advice.split(separator: "superuser runs: ")[1].split(separator: "; then")[
            0]
        try admin.run(script: String(statements))
        #expect(
            try owner.run("SELECT robbieblocks_grant_chat()")[0].optional(0, as: String.self) == nil
        )
        try await waitUntil("the chat has its rights", every: .milliseconds(20)) {
            (try? await store.begin(question)) != nil
        }
        #expect(try await store.conversations(of: question.visitor, node: "n").elements.count == 1)
        // Who may pass by every policy is no role for visitors.
        try admin.run("ALTER ROLE robbieblocks_chat BYPASSRLS")
        let warning = try owner.run("SELECT robbieblocks_grant_chat()")[0].value(0, as: String.self)
        #expect(warning.contains("NOBYPASSRLS"))
        await pool.close()
    }
}
