/// Which moment of which database a snapshot shows.
public struct Instant: Hashable, Sendable {
    /// Milliseconds since 1970, by the database's clock.
    public var now: Int
    /// Which database of which server: it differs from every other, a dump of it that was restored
    /// elsewhere included. A copy of the server's files has the same.
    public var database: String
    /// Which database, whatever server it was moved to: a dump that was restored has the same.
    public var origin: String
    /// Which transactions it shows, in the form of PostgreSQL's `pg_snapshot`.
    public var snapshot: String

    public init(now: Int, database: String, origin: String, snapshot: String) {
        self.now = now
        self.database = database
        self.origin = origin
        self.snapshot = snapshot
    }
}
