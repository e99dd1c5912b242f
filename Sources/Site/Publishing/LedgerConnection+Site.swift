import System

/// The one row about the site itself.
struct SiteRow: Sendable {
    /// Distinguishes this ledger from an earlier one of the same site.
    var identity: String
    /// The release to be served; 0 when there is none.
    var current: Int
    /// The highest release number ever assigned.
    var newest: Int
    /// The oldest kept release.
    var oldest: Int
    /// When the site was held, in milliseconds since 1970; nil when it is not held.
    var heldAt: Int?
}

extension LedgerConnection {
    func site() throws -> SiteRow {
        let site = try database.first("SELECT identity, current, newest, oldest, held_at FROM site")
        { row in
            SiteRow(
                identity: try row.text(0), current: try row.integer(1),
                newest: try row.integer(2), oldest: try row.integer(3),
                heldAt: try row.optionalInteger(4))
        }
        guard let site else {
            throw DamagedFolder(message: "the ledger does not know its site", path: database.path)
        }
        return site
    }

    func setCurrent(_ release: Int, heldAt: Int?) throws {
        try database.run(
            "UPDATE site SET current = ?, held_at = ?", .integer(release), .integer(heldAt))
    }

    func endHold() throws { try database.run("UPDATE site SET held_at = NULL") }

    /// Records a release and its totals, as the newest one and the one to be served.
    func insert(_ totals: ReleaseTotals, release: Int, createdAt: Int, cause: String) throws {
        try database.run(
            "INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, ?)", .integer(release),
            .integer(createdAt), .digest(totals.sum.value), .integer(totals.pages),
            .integer(totals.files), .integer(totals.bytes), .text(cause))
        try database.run(
            "UPDATE site SET current = ?, newest = ?", .integer(release), .integer(release))
    }

    private static let releaseColumns = "number, created_at, sum, pages, files, bytes, cause"

    private static func release(_ row: Row) throws -> (Release, ReleaseTotals) {
        let totals = ReleaseTotals(
            sum: SHA256Sum(try row.digest(2)), pages: try row.integer(3),
            files: try row.integer(4), bytes: try row.integer(5))
        let release = Release(
            number: try row.integer(0), createdAt: try row.integer(1),
            buildHash: totals.buildHash, pages: totals.pages, files: totals.files,
            bytes: totals.bytes, cause: try row.text(6), isLive: false)
        return (release, totals)
    }

    func release(_ number: Int) throws -> Release? {
        try database.first(
            "SELECT \(Self.releaseColumns) FROM releases WHERE number = ?", .integer(number)
        ) { try Self.release($0).0 }
    }

    /// Returns the newest release and its totals.
    func newestRelease() throws -> (Release, ReleaseTotals)? {
        try database.first(
            "SELECT \(Self.releaseColumns) FROM releases ORDER BY number DESC LIMIT 1",
            body: Self.release)
    }

    /// Returns the kept releases, newest first.
    func releases() throws -> [Release] {
        try database.query(
            """
            SELECT \(Self.releaseColumns) FROM releases
            WHERE number >= (SELECT oldest FROM site) ORDER BY number DESC
            """
        ) { try Self.release($0).0 }
    }
}
