import Core
import PostgreSQL

/// Why a read or write failed.
enum ChatStoreError: DiagnosedError, Hashable, Sendable {
    enum Thing: String, Hashable, Sendable {
        case conversation, message
    }

    /// The row does not exist or belongs to another visitor; the error does not reveal which.
    case notFound(Thing)
    /// The visitor has reached this many conversations.
    case tooManyConversations(limit: Int)
    /// The conversation has reached this many messages.
    case conversationIsFull(limit: Int)
    /// The idempotency key was used before, with another question.
    case keyWasUsed
    /// A value is out of range; the text names it and the range.
    case invalid(String)
    case database(PostgresError)

    /// Whether the same call may succeed a little later.
    var isTemporary: Bool {
        guard case .database(let error) = self else { return false }
        switch error.code {
        case .connection, .pooling, .overloaded, .deadline, .cancelled: return true
        // Serialization failures, lack of resources, operator intervention: not caused by the
        // statement.
        case .server(let state): return ["40", "53", "57"].contains(state.prefix(2))
        case .decoding: return false
        }
    }

    /// Whether another transaction held a row lock for longer than `lock_timeout`.
    var isLockTimeout: Bool {
        if case .database(let error) = self { error.sqlState == "55P03" } else { false }
    }

    var diagnostic: Diagnostic {
        switch self {
        case .notFound(let thing):
            Diagnostic(.usage, "there is no such \(thing.rawValue)")
        case .tooManyConversations(let limit):
            Diagnostic(
                .usage, "there are \(limit) conversations already", hint: "delete one of them")
        case .conversationIsFull(let limit):
            Diagnostic(
                .usage, "the conversation has its \(limit) messages", hint: "begin a new one")
        case .keyWasUsed:
            Diagnostic(
                .usage, "the idempotency key was used for another message",
                hint: "use a new key for each message")
        case .invalid(let words): Diagnostic(.usage, words)
        case .database(let error):
            // A migration creates the role, if the user running it has the right to.
            error.message.contains(ChatStore.role)
                ? Diagnostic(
                    .databaseUnavailable,
                    "the chat has no rights in the database: \(error.message)",
                    hint: "as the owner of the database, run: SELECT robbieblocks_grant_chat()")
                : error.diagnostic
        }
    }
}
