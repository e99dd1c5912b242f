import Foundation
import PostgreSQL
import TestSupport

@testable import Chat

/// A database with the store above it, as the chat server has it.
struct ChatDatabase {
    let database: TestDatabase
    let pool: ConnectionPool
    let store: ChatStore

    init(_ database: TestDatabase, limits: ChatStore.Limits = .init()) {
        self.database = database
        var settings = ConnectionPool.Settings(size: 4)
        // Other tests keep the machine busy.
        settings.acquireDeadline = 60_000
        settings.statementDeadline = 60_000
        pool = ConnectionPool(to: database.target, role: ChatStore.role, settings: settings)
        store = ChatStore(pool: pool, limits: limits)
    }

    init(limits: ChatStore.Limits = .init()) async throws {
        self.init(try await TestDatabase(), limits: limits)
    }

    /// Asks and answers.
    @discardableResult
    func exchange(
        _ visitor: UUID, _ text: String, in conversation: UUID? = nil,
        replacing replacement: Question.Replacement? = nil, node: String = "n"
    ) async throws -> Exchange {
        let exchange = try await store.begin(
            Question(
                visitor: visitor, node: node, conversation: conversation, text: text,
                replaces: replacement))
        let answer = Answer(text: "Answer to \(exchange.text)", source: .retrieval)
        _ = try await store.finish(exchange, answer)
        return exchange
    }

    /// The messages on the current path of a conversation.
    func path(_ conversation: UUID, of visitor: UUID) async throws -> [String] {
        try await store.messages(of: conversation, visitor: visitor, node: "n").elements.map(\.text)
    }

    /// Asks the database as a superuser, who sees everything.
    func count(_ query: Query) throws -> Int {
        try database.connect().run("SELECT count(*) FROM \(query)")[0].value(0)
    }
}
