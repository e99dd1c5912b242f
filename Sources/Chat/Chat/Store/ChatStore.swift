import FoundationEssentials
import PostgreSQL

/// Stores conversations, personalities, models and usage in PostgreSQL.
///
/// All SQL of the chat is here. Each call is one round trip; concurrent calls that store questions
/// or answers share one (`Batcher`). A call about a visitor's rows first sets the visitor for the
/// transaction. The row-level security policies then hide all other rows from reads and writes,
/// whatever the statement says. A trigger records every write in `audit_log`.
///
/// ```swift
/// let store = ChatStore(pool: ConnectionPool(to: database, role: ChatStore.role))
/// let exchange = try await store.begin(Question(visitor: visitor, node: "testpilot", text: text))
/// try await store.finish(exchange, Answer(text: answer, source: .retrieval))
/// ```
final class ChatStore: Sendable {
    /// The role of the pool's sessions: it is subject to the policies, and owns no tables.
    static let role = "robbieblocks_chat"
    /// The notification channel for personality changes. The payload is the node, or empty for all
    /// nodes.
    static let personalityChannel = "robbieblocks_personality"

    struct Limits: Hashable, Sendable {
        /// Conversations of one visitor.
        var conversations = 200
        /// Messages of one conversation, including all versions.
        var messages = 1000
        /// Earlier messages loaded with a question.
        var turns = 40
        /// Rows of one page of a listing.
        var page = 100
        /// Bytes of one answer.
        var answerBytes = 1 << 20

        init() {}
    }

    let pool: ConnectionPool
    let limits: Limits
    let beginnings = Batcher<Question, Exchange>()
    let endings = Batcher<Ending, Bool>()

    init(pool: ConnectionPool, limits: Limits = Limits()) {
        self.pool = pool
        self.limits = limits
    }

    /// Runs statements with access to the rows of this visitor.
    ///
    /// - Returns: the rows of each statement.
    func run(_ queries: [Query], for visitor: UUID) async throws(ChatStoreError) -> [QueryResult] {
        let named: Query = "SELECT set_config('robbieblocks.visitor', \(visitor), true)"
        return Array(try await run([named] + queries).dropFirst())
    }

    /// Runs statements without access to any visitor's rows, unless a function in them sets a
    /// visitor.
    func run(_ queries: [Query]) async throws(ChatStoreError) -> [QueryResult] {
        do {
            return try await pool.run(queries)
        } catch {
            throw meaning(of: error)
        }
    }

    func read<Value>(
        _ result: QueryResult, _ row: (QueryResult.Row) throws(PostgresError) -> Value
    ) throws(ChatStoreError) -> [Value] {
        do {
            var values: [Value] = []
            for index in 0..<result.count { values.append(try row(result[index])) }
            return values
        } catch {
            throw .database(error)
        }
    }

    private func meaning(of error: PostgresError) -> ChatStoreError {
        switch (error.sqlState, error.message) {
        case ("RB404", let thing): .notFound(ChatStoreError.Thing(rawValue: thing) ?? .conversation)
        case ("RB409", _): .keyWasUsed
        case ("RB429", "conversations"): .tooManyConversations(limit: limits.conversations)
        case ("RB429", _): .conversationIsFull(limit: limits.messages)
        // The conversation was deleted while its answer was being made.
        case ("23503", _): .notFound(.conversation)
        default: .database(error)
        }
    }

    /// Limits a requested number of rows to at least one and at most a page.
    func page(_ limit: Int) -> Int { max(1, min(limit, limits.page)) }
}
