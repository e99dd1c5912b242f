import CLibPQ
import Core
import System

/// A connection handed from the connector's thread to the pool's, which then owns it.
///
/// Sendable, because the connector keeps no reference: only one thread at a time has the
/// connection.
struct MadeConnection: @unchecked Sendable {
    let connection: Connection
}

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

/// Runs libpq's blocking calls on a thread of its own: name look-up, connecting, and cancelling
/// statements.
actor PoolConnector {
    private let executor = ThreadExecutor(name: "rb-pool-connect")
    private let database: ConnectionTarget
    private let queries: [Query]
    private let queue: PoolQueue

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(
        to database: ConnectionTarget, role: String?, session: [String: String], queue: PoolQueue
    ) {
        self.database = database
        self.queue = queue
        func quoted(_ name: String) -> String {
            "\""
                + name.splitUTF8(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"") + "\""
        }
        queries =
            session.sorted { $0.key < $1.key }
            .map { "SELECT set_config(\($0.key), \($0.value), false)" }
            + (role.map { ["SET ROLE \(unsafeSQL: quoted($0))"] } ?? [])
    }

    func connect() {
        do throws(PostgresError) {
            let connection = try Connection(to: database)
            if !queries.isEmpty {
                try connection.requireSession(for: "the chat")
                try connection.run(queries)
            }
            queue.post(.made(MadeConnection(connection: connection)))
        } catch {
            queue.post(.failed(error))
        }
    }

    func send(_ cancellation: Cancellation, connection: Int) {
        cancellation.send()
        queue.post(.cancelled(connection: connection))
    }
}
