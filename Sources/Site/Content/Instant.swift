/// The time and the database of a snapshot.
public struct Instant: Hashable, Sendable {
    /// Milliseconds since 1970, by the database's clock.
    public var now: Int
    /// Identifies the database and its server: a dump restored elsewhere has another value, and a
    /// copy of the server's files has the same one.
    public var database: String
    /// Identifies the database on any server: a restored dump has the same value.
    public var origin: String
    /// The transactions that the snapshot shows, in the form of PostgreSQL's `pg_snapshot`.
    public var snapshot: String

    public init(now: Int, database: String, origin: String, snapshot: String) {
        self.now = now
        self.database = database
        self.origin = origin
        self.snapshot = snapshot
    }
}
