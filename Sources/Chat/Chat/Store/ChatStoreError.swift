import Core
import PostgreSQL

/// Why something could not be stored or read.
enum ChatStoreError: DiagnosedError, Hashable, Sendable {
    enum Thing: String, Hashable, Sendable {
        case conversation, message
    }

    /// It does not exist, or it is somebody else's: nobody learns which.
    case notFound(Thing)
    /// The visitor has this many conversations already.
    case tooManyConversations(limit: Int)
    /// The conversation has this many messages already.
    case conversationIsFull(limit: Int)
    /// The idempotency key came before, with another question.
    case keyWasUsed
    /// A value is outside of what it may be; the text says which and what it may be.
    case invalid(String)
    case database(PostgresError)

    /// Whether the same call may succeed a little later.
    var isTemporary: Bool {
        guard case .database(let error) = self else { return false }
        switch error.code {
        case .connection, .pooling, .overloaded, .deadline, .cancelled: return true
        // Serialisation, resources, an operator's intervention: the statement was not at fault.
        case .server(let state): return ["40", "53", "57"].contains(state.prefix(2))
        case .decoding: return false
        }
    }

    /// Whether somebody else held a row for longer than `lock_timeout`.
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
            // The role is made by a migration, if whoever ran it might.
            error.message.contains(ChatStore.role)
                ? Diagnostic(
                    .databaseUnavailable,
                    "the chat has no rights in the database: \(error.message)",
                    hint: "as the owner of the database, run: SELECT robbieblocks_grant_chat()")
                : error.diagnostic
        }
    }
}
