import Core
public import PostgreSQL
import System

/// The database, as one builder reads it and reports to it.
///
/// Reading uses snapshots, one at a time: everything read between `open` and `close`, however far
/// apart, is from one instant. A builder's reports (changes that are live, deploys, its claim to a
/// node) are written between snapshots.
///
/// One connection is kept on a thread of its own. If it is lost, `open` and every report reconnect;
/// a snapshot that was open then has ended, and so have the claims of the lost connection.
public actor ContentStore {
    /// The largest `content` of a page, in bytes; a longer one is reported and not read.
    public static let contentLimit = 1 << 20
    /// The largest `props`, `metadata` or `conditions`, in bytes of JSON text.
    public static let jsonLimit = 256 << 10

    /// A connection, and the state that lasts as long as it does.
    struct Session {
        var connection: Connection
        /// Identifies the database: `Instant.database`, `Instant.origin`.
        var database: String
        var origin: String
        /// Node → generation, for the nodes that this session has claimed.
        var claims: [String: Int] = [:]
    }

    private let database: ConnectionTarget
    private let executor = ThreadExecutor(name: "rb-store")
    var isSnapshotOpen = false
    var session: Session?
    /// When changes were last pruned, in milliseconds of the monotonic clock.
    var lastPruning: Int?
    /// Node → when its deploys were last pruned.
    var lastDeployPruning: [String: Int] = [:]

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Names the database; the first call that needs it connects.
    public init(of database: ConnectionTarget) { self.database = database }

    /// Opens the snapshot that everything is read from until `close`.
    ///
    /// - Throws: when the database cannot be reached, or when a snapshot is open already.
    public func open() throws -> Instant { try open(reading: []).instant }

    /// Opens the snapshot and reads which changes this node has not acknowledged, and where it is
    /// published, in one round trip.
    ///
    /// - Parameter seen: the last instant that the caller has seen, when it acknowledges nothing.
    ///   The changes are then those committed since, acknowledged or not.
    /// - Throws: as `open` and `pendingChanges`; after an error no snapshot is open.
    public func open(
        pendingChangesOf node: String, limit: Int, after seen: Instant? = nil
    ) throws -> (instant: Instant, pending: PendingChanges, folders: [NodeFolder]) {
        try connected().requireSession(for: "building a node")
        let (instant, results) = try open(
            reading: Self.pendingQueries(of: node, limit: limit, after: seen)
                + [Self.folderQuery(of: node)])
        return (
            instant, try Self.pendingChanges(in: results[..<2], limit: limit),
            try Self.folders(in: results[2])
        )
    }

    private func open(reading queries: [Query]) throws -> (instant: Instant, [QueryResult]) {
        guard !isSnapshotOpen else {
            throw Diagnostic(
                .databaseError, "a snapshot is open already",
                hint: "close it before the next is opened")
        }
        let connection = try connected()
        let results: [QueryResult]
        do {
            results = try Self.begin(queries, on: connection)
        } catch  where !connection.isOpen {
            // The connection was lost while it was idle.
            results = try Self.begin(queries, on: try connected())
        }
        isSnapshotOpen = true
        let now: Timestamp = try results[0][0].value(0)
        let instant = Instant(
            now: now.milliseconds, database: session?.database ?? "",
            origin: session?.origin ?? "", snapshot: try results[0][0].value(1))
        return (instant, Array(results.dropFirst()))
    }

    /// - Returns: the snapshot's time, and the results of `queries`.
    private static func begin(
        _ queries: [Query], on connection: Connection
    ) throws -> [QueryResult] {
        do {
            let begin: [Query] = [
                "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
                "SELECT now(), pg_current_snapshot()::text",
            ]
            return Array(try connection.run(begin + queries).dropFirst())
        } catch {
            // A statement that failed after BEGIN leaves a transaction open; a lost connection has
            // none.
            _ = try? connection.run("ROLLBACK")
            throw error
        }
    }

    /// Ends the snapshot. Does nothing when none is open.
    public func close() {
        guard isSnapshotOpen else { return }
        isSnapshotOpen = false
        do {
            try session?.connection.run("COMMIT")
        } catch {
            // Nothing was written; the next call reconnects.
            session = nil
        }
    }

    /// Returns the connection to read from, connecting first if necessary.
    ///
    /// - Throws: when a snapshot was open and its connection was lost: later reads would be from
    ///   another instant.
    func connected() throws -> Connection {
        if let session, session.connection.isOpen || isSnapshotOpen { return session.connection }
        session = nil
        let connection = try Connection(to: database)
        let settings: [Query] = [
            // Data written here can be recomputed; it is not worth waiting for a disk.
            "SET synchronous_commit = off",
            // The statements are few, and written so that one plan fits all: planning them each
            // time, or compiling them, would take longer than running them.
            "SET plan_cache_mode = force_generic_plan", "SET jit = off",
            // Reading all pages of a large site takes one processor and some memory.
            "SET max_parallel_workers_per_gather = 0", "SET work_mem = '32MB'",
        ]
        let identity = try connection.run(
            settings + [
                """
                SELECT concat_ws('.', server.system_identifier, own.oid),
                    (SELECT id::text FROM robbieblocks_database)
                FROM pg_control_system() AS server, pg_database AS own
                WHERE own.datname = current_database()
                """
            ])[settings.count]
        session = Session(
            connection: connection, database: try identity[0].value(0),
            origin: try identity[0].optional(1) ?? "")
        return connection
    }

    /// Returns the connection to write with.
    func writable() throws -> Connection {
        guard !isSnapshotOpen else {
            throw Diagnostic(
                .databaseError, "a snapshot is open, so nothing can be written",
                hint: "close the snapshot first")
        }
        return try connected()
    }
}
