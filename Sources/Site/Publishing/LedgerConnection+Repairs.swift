import System

/// Records of faults in the site's folder.
extension LedgerConnection {
    /// How many repairs are kept, the newest ones.
    private static let repairLimit = 100
    /// A version that no page row has, so that the page is rendered again.
    private static let lostVersion = -1

    /// Records repairs.
    func record(_ faults: [FolderFault], at time: Int) throws {
        for fault in faults.suffix(Self.repairLimit) {
            try database.run(
                "INSERT INTO repairs VALUES (?, ?, ?, ?, ?)", .integer(time), .text(fault.path),
                .text(fault.problem), .text(fault.remedy.rawValue), .text(fault.page))
        }
        try database.run(
            """
            DELETE FROM repairs WHERE rowid <= (SELECT max(rowid) FROM repairs) - ?
            """, .integer(Self.repairLimit))
    }

    /// Returns the recorded repairs, newest first.
    func repairs() throws -> [FolderRepair] {
        guard try hasRepairs else { return [] }
        return try database.query(
            "SELECT at, path, problem, remedy, page FROM repairs ORDER BY rowid DESC"
        ) { row in
            FolderRepair(
                at: try row.integer(0),
                fault: FolderFault(
                    path: try row.text(1), problem: try row.text(2),
                    remedy: .init(rawValue: try row.text(3)) ?? .none,
                    page: try row.optionalText(4)))
        }
    }

    /// Records that the bytes of an object exist nowhere, so that the files that use them are
    /// rendered again, and drops the releases that can no longer be restored.
    ///
    /// - Returns: the remedy, and the page whose bytes they were.
    func lose(_ digest: SHA256Digest) throws -> (remedy: FolderFault.Remedy, page: String?) {
        let site = try site()
        try dropReleases(having: digest, besides: site.current)
        let live = try database.query(
            "SELECT path, page FROM files WHERE digest = ? AND until = \(Self.forever)",
            .digest(digest)
        ) { (path: try $0.text(0), page: try $0.optionalText(1)) }
        let isServed = try hasFile(with: digest, in: site.current)
        guard !live.isEmpty || isServed else { return (.releasesDropped, nil) }
        try database.run("INSERT OR IGNORE INTO lost VALUES (?)", .digest(digest))
        // The next build recreates everything that pages share: their files, and the lists that
        // name a page, which has no place until it is rendered.
        try forgetSources()
        for file in live where file.page != nil {
            try database.run(
                "UPDATE pages SET version = ?, fingerprint = zeroblob(32) WHERE file = ?",
                .integer(Self.lostVersion), .text(FileForms.original(of: file.path)))
        }
        // While the site is held, no build follows.
        return (site.heldAt == nil ? .renderedAgain : .none, live.compactMap(\.page).first)
    }

    /// Drops the files of earlier releases that have these bytes, and the releases that need them.
    ///
    /// - Parameter kept: a release that stays, with its files.
    func dropReleases(having digest: SHA256Digest, besides kept: Int) throws {
        try database.run(
            """
            DELETE FROM releases WHERE number <> ?2 AND EXISTS (
                SELECT 1 FROM files
                WHERE digest = ?1 AND since <= number AND until > number
                    AND until < \(Self.forever))
            """, .digest(digest), .integer(kept))
        let rows = "digest = ?1 AND until < \(Self.forever) AND NOT (since <= ?2 AND until > ?2)"
        let paths = try database.query(
            "SELECT path FROM files WHERE is_immutable AND \(rows)", .digest(digest),
            .integer(kept)
        ) { try $0.text(0) }
        try database.run("DELETE FROM files WHERE \(rows)", .digest(digest), .integer(kept))
        // Both trees still contain these files, whatever their bytes are.
        try addGarbage(paths: paths)
    }

    private func hasFile(with digest: SHA256Digest, in release: Int) throws -> Bool {
        try database.first(
            "SELECT 1 FROM files WHERE digest = ?1 AND since <= ?2 AND until > ?2 LIMIT 1",
            .digest(digest), .integer(release)
        ) { _ in } != nil
    }

    /// Returns the objects whose bytes were missing everywhere.
    func lostObjects() throws -> [StoredObject] {
        try database.query(
            """
            SELECT lost.digest, max(size) FROM lost
            JOIN files ON files.digest = lost.digest GROUP BY lost.digest
            """
        ) { StoredObject(digest: try $0.digest(0), size: try $0.integer(1)) }
    }

    /// Returns every path that has or had bytes that were missing everywhere.
    func lostPaths() throws -> [String] {
        try database.query(
            "SELECT DISTINCT path FROM lost JOIN files ON files.digest = lost.digest"
        ) { try $0.text(0) }
    }

    /// Returns the files of the draft whose bytes were missing everywhere.
    func lostFiles() throws -> [LedgerFile] {
        try database.query(
            """
            SELECT path, files.digest, size, page, is_immutable FROM lost
            JOIN files ON files.digest = lost.digest WHERE until = \(Self.forever)
            """
        ) { row in
            LedgerFile(
                path: try row.text(0),
                entry: .init(
                    digest: try row.digest(1), size: try row.integer(2),
                    page: try row.optionalText(3)),
                isImmutable: try row.integer(4) != 0)
        }
    }

    var hasLostFiles: Bool {
        get throws { try database.first("SELECT 1 FROM lost LIMIT 1") { _ in } != nil }
    }

    func forgetLostFiles() throws { try database.run("DELETE FROM lost") }

    /// Returns the page whose HTML is at the path.
    func pageID(at file: String) throws -> String? {
        try database.first("SELECT id FROM pages WHERE file = ? LIMIT 1", .text(file)) {
            try $0.text(0)
        }
    }
}

/// A fault that was found and handled.
public struct FolderRepair: Sendable, Hashable {
    /// Milliseconds since 1970.
    public var at: Int
    public var fault: FolderFault
}
