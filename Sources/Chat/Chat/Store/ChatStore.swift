import FoundationEssentials
import PostgreSQL

/// What visitors and nodes said to each other, how each node is tempered, and whom it asks.
///
/// All SQL of the chat is here. Each call is one round trip, which those that store questions or answers
/// at the same time share (`Batcher`). A call about a visitor's rows names the
/// visitor to the database first, whose policies then see to it that no other rows are seen or
/// written, whatever the statement says. Every write leaves a row in `audit_log`, by trigger.
///
/// ```swift
/// let store = ChatStore(pool: ConnectionPool(to: database, role: ChatStore.role))
/// let exchange = try await store.begin(Question(visitor: visitor, node: "testpilot", text: text))
/// try await store.finish(exchange, Answer(text: answer, source: .retrieval))
/// ```
final class ChatStore: Sendable {
    /// What the pool's sessions are to act as: it is bound by the policies, and owns nothing.
    static let role = "robbieblocks_chat"
    /// Where a change of personality is told; the payload is the node, or nothing for all of them.
    static let personalityChannel = "robbieblocks_personality"

    struct Limits: Hashable, Sendable {
        /// Conversations of one visitor.
        var conversations = 200
        /// Messages of one conversation, all versions together.
        var messages = 1000
        /// Earlier messages that come with a question.
        var turns = 40
        /// Rows of one listing.
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

    /// Runs statements that see what this visitor may see.
    ///
    /// - Returns: the rows of each.
    func run(_ queries: [Query], for visitor: UUID) async throws(ChatStoreError) -> [QueryResult] {
        let named: Query = "SELECT set_config('robbieblocks.visitor', \(visitor), true)"
        return Array(try await run([named] + queries).dropFirst())
    }

    /// Runs statements that see nobody's rows, unless a function among them names a visitor.
    func run(_ queries: [Query]) async throws(ChatStoreError) -> [QueryResult] {
        do {
            return try await pool.run(queries)
        } catch {
            throw meaning(of: error)
        }
    }

    /// Reads rows.
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
        // The conversation went away while its answer was made.
        case ("23503", _): .notFound(.conversation)
        default: .database(error)
        }
    }

    /// A number of rows to ask for: at least one, and not more than a page.
    func page(_ limit: Int) -> Int { max(1, min(limit, limits.page)) }
}
