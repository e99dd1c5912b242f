import System

/// Files and objects that are no longer referenced.
struct Garbage: Sendable {
    var objects: [SHA256Digest] = []
    /// Immutable files to remove from both trees.
    var paths: [String] = []
}

/// Drops old releases.
///
/// Rows are removed a limited number at a time, so that the first small release after a large one
/// was dropped does not pay for all of it.
extension LedgerConnection {
    /// Returns the oldest of the newest `count` releases.
    func oldestRelease(keeping count: Int) throws -> Int {
        try database.first(
            "SELECT number FROM releases ORDER BY number DESC LIMIT 1 OFFSET ?",
            .integer(count - 1)
        ) { try $0.integer(0) }
            ?? database.first("SELECT min(number) FROM releases") { try $0.integer(0) } ?? 0
    }

    /// Drops all releases before `oldest`, and rows that neither a release nor a tree needs.
    ///
    /// - Parameter trees: the oldest release that a tree may still hold.
    /// - Parameter limit: the most file rows, and the most rendering rows, to drop.
    func prune(before oldest: Int, trees: Int, limit: Int) throws {
        let bound = min(oldest, trees)
        try database.run("UPDATE site SET oldest = ?", .integer(oldest))
        try database.run("DELETE FROM releases WHERE number < ?", .integer(bound))
        try database.run(
            """
            DELETE FROM renders WHERE rowid IN (
                SELECT rowid FROM renders WHERE until <= ? LIMIT ?)
            """, .integer(oldest), .integer(limit))

        let rows = try database.query(
            """
            SELECT id, path, digest, is_immutable FROM files
            WHERE until <= ? AND until < \(Self.forever) ORDER BY until LIMIT ?
            """, .integer(bound), .integer(limit)
        ) { row in
            (
                id: try row.integer(0), path: try row.text(1), digest: try row.digest(2),
                isImmutable: try row.integer(3) != 0
            )
        }
        for row in rows {
            try database.run("DELETE FROM files WHERE id = ?", .integer(row.id))
            if try !refers(to: row.digest) {
                try addGarbage("object", row.digest.description)
            }
            if row.isImmutable { try addGarbage(paths: [row.path]) }
        }
    }

    /// Records as garbage those of these immutable files that no row refers to any more.
    func addGarbage(paths: [String]) throws {
        for path in paths where try !refers(toPath: path) { try addGarbage("path", path) }
    }

    private func refers(toPath path: String) throws -> Bool {
        try database.first("SELECT 1 FROM files WHERE path = ? LIMIT 1", .text(path)) { _ in }
            != nil
    }

    private func addGarbage(_ kind: String, _ name: String) throws {
        try database.run(
            "INSERT OR IGNORE INTO garbage VALUES (?, ?)", .text(kind), .text(name))
    }

    func garbage() throws -> Garbage {
        var garbage = Garbage()
        try database.forEach("SELECT kind, name FROM garbage") { row in
            let name = try row.text(1)
            if try row.text(0) == "path" {
                garbage.paths.append(name)
            } else if let digest = SHA256Digest(hex: name) {
                garbage.objects.append(digest)
            }
        }
        return garbage
    }

    func forgetGarbage() throws { try database.run("DELETE FROM garbage") }
}
