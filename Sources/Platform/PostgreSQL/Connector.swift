import CLibPQ
import System

/// A handle for cancelling a connection's current statement.
///
/// Sendable, because the handle never changes and libpq allows any thread to cancel with it.
final class Cancellation: @unchecked Sendable {
    private let handle: OpaquePointer?

    init(of connection: Connection) { handle = PQgetCancel(connection.handle) }

    deinit { PQfreeCancel(handle) }

    /// Sends the cancellation and waits until the server has received it or cannot be reached.
    fileprivate func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(handle, &message, Int32(message.count))
    }
}

/// Runs libpq's blocking calls on a thread of its own, for the users of an event loop: name
/// look-up, connecting, and cancelling statements.
actor Connector {
    private let executor: ThreadExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(thread: String) { executor = ThreadExecutor(name: thread) }

    /// - Parameter prepare: runs the first statements of the session.
    func connect(
        to database: ConnectionTarget,
        _ prepare: @Sendable (Connection) throws(PostgresError) -> Void
    ) throws(PostgresError) -> sending Connection {
        let connection = try Connection(to: database)
        try prepare(connection)
        return connection
    }

    func send(_ cancellation: Cancellation) { cancellation.send() }
}
