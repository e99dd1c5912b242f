import System

/// Records warnings: they do not prevent a page from being published, and would otherwise be lost
/// after the build that found them.
extension SiteFolder {
    /// Returns the warnings of the newest release, by `page_key`, in the caller's own form.
    public func warnings() throws -> [String: String] {
        try ledger.read { ledger in
            guard try ledger.hasWarnings else { return [:] }
            let rows = try ledger.database.query("SELECT page, rows FROM warnings") { row in
                (try row.text(0), try row.text(1))
            }
            return Dictionary(rows) { first, _ in first }
        } ?? [:]
    }

    /// The ids of pages of the newest release that link to one of these routes, and perhaps of a few that
    /// do not. Pages that an older version of this program rendered are none of them.
    ///
    /// - Parameter limit: how many are named.
    public func pages(linkingTo routes: Set<String>, limit: Int) throws -> [String] {
        try ledger.read { try $0.pages(linkingTo: routes, limit: limit) } ?? []
    }

    /// Remembers the warnings of some pages from now on.
    ///
    /// - Parameter changes: nil for a page that has none any more.
    public func setWarnings(_ changes: [String: String?]) throws {
        guard !changes.isEmpty else { return }
        let lock = try takeLock(waitMilliseconds: Self.patience)
        defer { withExtendedLifetime(lock) {} }
        try prepare()
        try ledger.write { ledger in
            try ledger.database.transaction {
                for (page, rows) in changes {
                    if let rows {
                        try ledger.database.run(
                            "INSERT OR REPLACE INTO warnings VALUES (?, ?)", .text(page),
                            .text(rows))
                    } else {
                        try ledger.database.run(
                            "DELETE FROM warnings WHERE page = ?", .text(page))
                    }
                }
            }
        }
    }
}
