import Synchronization
import System

/// Some connections to one database that many tasks share, served by one thread.
///
/// No caller's thread is ever blocked: a task sleeps until its rows are there. What is run at once is
/// one round trip and one transaction. While all connections are at work, a bounded number of round
/// trips waits, in order; while the server is away, calls fail at once, and the pool connects again
/// by itself.
///
/// A task that is cancelled stops its statement on the server. The connection is used again when the
/// server has said so, so that a late cancellation never hits the statement of somebody else.
///
/// ```swift
/// let pool = ConnectionPool(to: database, role: "robbieblocks_chat")
/// let rows = try await pool.run("SELECT mood FROM ai_personality_state WHERE node_id = \(node)")
/// ```
public final class ConnectionPool: Sendable {
    public struct Settings: Hashable, Sendable {
        /// Connections.
        public var size = 8
        /// Round trips that may wait for one.
        public var waiting = 2048
        /// Milliseconds that one may wait for a connection.
        public var acquireDeadline = 5000
        /// Milliseconds that the server has for one round trip.
        public var statementDeadline = 10_000
        /// Settings of every session: name → value.
        public var session = ["plan_cache_mode": "force_generic_plan", "jit": "off"]

        public init(size: Int = 8) { self.size = size }
    }

    private let queue: PoolQueue

    /// Starts to connect; the first calls wait for it.
    ///
    /// - Parameter role: what every session acts as, such as one whose rows are guarded by policies.
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

    /// Runs several statements in one round trip, which is one transaction: when a statement fails,
    /// none has taken effect.
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

    /// How many round trips wait for a connection.
    public var waitingCount: Int { queue.waitingCount }

    /// Lets what was called come to its end, and closes the connections. Later calls fail.
    public func close() async {
        await withCheckedContinuation { queue.close($0) }
    }
}
