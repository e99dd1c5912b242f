/// Which moment of which database a snapshot shows.
public struct Instant: Hashable, Sendable {
    /// Milliseconds since 1970, by the database's clock.
    public var now: Int
    /// Differs from every other database, and from the same one restored to an earlier moment: only
    /// between equal ones do `Page.version`s mean anything.
    public var database: String

    public init(now: Int, database: String) {
        self.now = now
        self.database = database
    }
}
