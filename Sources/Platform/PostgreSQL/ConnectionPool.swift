import Synchronization
import System

/// A pool of connections to one database, shared by many tasks and served by one thread.
///
/// No caller's thread is ever blocked: a task suspends until its rows have arrived. The statements
/// of one call are one round trip and one transaction. While all connections are busy, a bounded
/// number of round trips waits in order. While the server is unreachable, calls fail at once, and
/// the pool reconnects by itself.
///
/// Cancelling a task stops its statement on the server. The connection is used again only after the
/// server has confirmed this, so that a late cancellation never stops another caller's statement.
///
/// ```swift
/// let pool = ConnectionPool(to: database, role: "robbieblocks_chat")
/// let rows = try await pool.run("SELECT mood FROM ai_personality_state WHERE node_id = \(node)")
/// ```
public final class ConnectionPool: Sendable {
    public struct Settings: Hashable, Sendable {
        /// The number of connections.
        public var size = 8
        /// The number of round trips that may wait for a connection.
        public var waiting = 2048
        /// Milliseconds that a round trip may wait for a connection.
        public var acquireDeadline = 5000
        /// Milliseconds that the server has for one round trip.
        public var statementDeadline = 10_000
        /// Settings of every session, by name.
        public var session = ["plan_cache_mode": "force_generic_plan", "jit": "off"]

        public init(size: Int = 8) { self.size = size }
    }

    private let queue: PoolQueue

    /// Starts to connect; the first calls wait for it.
    ///
    /// - Parameter role: the role of every session, such as one whose rows are guarded by policies.
    ///   The user that connects must be a member of it.
    public init(
        to database: ConnectionTarget, role: String? = nil, settings: Settings = Settings()
    ) {
        queue = PoolQueue(limit: settings.waiting)
        let connector = PoolConnector(
            to: database, role: role, session: settings.session, queue: queue)
        let loop = PoolLoop(settings: settings, queue: queue, connector: connector)
        Task { await loop.run() }
    }

    deinit { queue.close() }

    /// Runs one statement with its binds and returns its rows.
    @discardableResult
    public func run(_ query: Query) async throws(PostgresError) -> QueryResult {
        try await run([query])[0]
    }

    /// Runs several statements in one round trip and one transaction: when a statement fails, none
    /// takes effect.
    ///
    /// - Returns: the rows of each.
    @discardableResult
    public func run(_ queries: [Query]) async throws(PostgresError) -> [QueryResult] {
        let request = PoolRequest(queries)
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { queue.submit(request, $0) }
        } onCancel: {
            queue.cancel(request)
        }.get()
    }

    /// The number of round trips waiting for a connection.
    public var waitingCount: Int { queue.waitingCount }

    /// Completes the calls made so far, then closes the connections. Later calls fail.
    public func close() async {
        await withCheckedContinuation { queue.close($0) }
    }
}
