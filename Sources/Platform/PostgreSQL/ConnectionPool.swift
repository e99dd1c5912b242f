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

    /// nil when the system had no descriptors or threads left, so that every call fails.
    private let service: PoolService?

    /// Starts to connect; the first calls wait for it.
    ///
    /// - Parameter role: the role of every session, such as one whose rows are guarded by policies.
    ///   The user that connects must be a member of it.
    public init(
        to database: ConnectionTarget, role: String? = nil, settings: Settings = Settings()
    ) {
        service = (try? EventLoop(name: "rb-pool")).map {
            PoolService(to: database, role: role, settings: settings, loop: $0)
        }
        if let service { service.loop.run(for: service) { $0.start() } }
    }

    deinit { if let service { service.loop.run(for: service) { $0.close() } } }

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
        guard let service else {
            throw PostgresError(
                .connection, "the system has no descriptor or thread left for the pool",
                hint: "raise the limits on open files and processes, and start the program again")
        }
        return try await service.run(queries).get()
    }

    /// The number of round trips waiting for a connection.
    public var waitingCount: Int { service?.waitingCount.load(ordering: .relaxed) ?? 0 }

    /// Completes the calls made so far, then closes the connections. Later calls fail.
    public func close() async {
        guard let service else { return }
        await withCheckedContinuation { closer in
            service.loop.run(for: service) { $0.close(closer) }
        }
    }
}
