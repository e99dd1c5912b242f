import System

/// Checks that the rows of the ledger are consistent.
extension LedgerConnection {
    /// Returns what is wrong with the release numbers, or nil; reads only a few rows.
    func contradictionOfNumbers() throws -> String? {
        let site = try site()
        let newest = try database.first("SELECT max(number) FROM releases") {
            try $0.optionalInteger(0)
        }.flatMap(\.self)
        if let newest, newest > site.newest {
            return "it has release \(newest), and counts up to \(site.newest)"
        }
        if site.current == 0 { return newest == nil ? nil : "no release is to be served" }
        return try release(site.current) == nil
            ? "release \(site.current), which is to be served, is not in it" : nil
    }

    /// Returns what is wrong with the ledger, or nil; reads all of it.
    func contradiction() throws -> String? {
        let integrity = try database.first("PRAGMA integrity_check(1)") { try $0.text(0) }
        if let integrity, integrity != "ok" { return integrity }
        if let found = try contradictionOfNumbers() { return found }
        for (question, answer) in Self.questions {
            if let path = try database.first(question, body: { try $0.text(0) }) {
                return "'\(path)' \(answer)"
            }
        }
        for release in try releases() {
            if let found = try contradiction(of: release) { return found }
        }
        return nil
    }

    private static let live = "files.until = \(forever)"

    /// Each statement finds the first invalid row of its kind.
    private static let questions = [
        (
            """
            SELECT path FROM files
            WHERE path = '' OR substr(path, -1) = '/' OR instr('/' || path, '//') > 0
                OR instr('/' || path || '/', '/../') > 0 OR instr('/' || path || '/', '/./') > 0
            LIMIT 1
            """, "is no path in a site"
        ),
        (
            "SELECT path FROM files WHERE since >= until OR size < 0 OR length(digest) <> 32 LIMIT 1",
            "has a row that no release can have written"
        ),
        (
            """
            SELECT a.path FROM files AS a JOIN files AS b ON b.path = a.path AND b.id <> a.id
            WHERE a.since < b.until AND b.since < a.until LIMIT 1
            """, "has two contents at once"
        ),
        (
            """
            SELECT file FROM pages WHERE NOT EXISTS (
                SELECT 1 FROM files WHERE path = pages.file AND \(live))
            LIMIT 1
            """, "is remembered as a page, and has no file"
        ),
        (
            """
            SELECT path FROM files WHERE \(live) AND page IS NOT NULL AND path LIKE '%.html'
                AND NOT EXISTS (SELECT 1 FROM pages WHERE file = files.path)
            LIMIT 1
            """, "is the file of a page that is not remembered"
        ),
    ]

    /// Compares the recorded totals of a release with its files.
    private func contradiction(of release: Release) throws -> String? {
        var totals = ReleaseTotals()
        try database.forEach(
            "SELECT path, digest, size, page FROM files WHERE since <= ?1 AND until > ?1",
            .integer(release.number)
        ) { row in
            let entry = Manifest.Entry(
                digest: try row.digest(1), size: try row.integer(2),
                page: try row.optionalText(3))
            totals.add(entry, at: try row.text(0))
        }
        return totals.buildHash == release.buildHash && totals.files == release.files
            ? nil : "release \(release.number) was made of other files than it has"
    }
}
