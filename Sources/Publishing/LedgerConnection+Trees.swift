import SQLite
import SystemSupport

/// A path that a tree must have, and the object behind it.
struct TreeFile: Sendable {
    var path: String
    var digest: SHA256Digest
}

/// What a tree needs to hold a release.
///
/// A tree holds the files of its release, and of the immutable ones also those of every other kept
/// release: whoever has an older page open still finds what it links to.
extension LedgerConnection {
    /// Paths that a tree of release `old` has and one of release `new` has not.
    func pathsGone(from old: Int, to new: Int, body: (String) throws -> Void) throws {
        let rows =
            new > old
            ? "until > ?1 AND until <= ?2 AND until < \(Self.forever) AND since <= ?1"
            : "since > ?2 AND since <= ?1 AND until > ?1"
        try database.forEach(
            """
            SELECT path FROM files WHERE \(rows) AND NOT is_immutable AND NOT EXISTS (
                SELECT 1 FROM files AS other
                WHERE other.path = files.path AND other.until > ?2 AND other.since <= ?2)
            """, .integer(old), .integer(new)
        ) { try body(try $0.text(0)) }
    }

    /// Immutable files of other releases that a tree lacks which has them up to release `old`.
    func immutableFiles(
        after old: Int, besides new: Int, body: (TreeFile) throws -> Void
    ) throws {
        try database.forEach(
            """
            SELECT path, digest FROM files
            WHERE since > ?1 AND is_immutable AND NOT (since <= ?2 AND until > ?2)
            """, .integer(old), .integer(new)
        ) { try body(TreeFile(path: try $0.text(0), digest: try $0.digest(1))) }
    }

    /// Files that release `new` has and release `old` has not, or has with other bytes.
    func filesNew(in new: Int, after old: Int, body: (TreeFile) throws -> Void) throws {
        let rows =
            new > old
            ? "since > ?1 AND since <= ?2 AND until > ?2"
            : "until > ?2 AND until <= ?1 AND until < \(Self.forever) AND since <= ?2"
        try database.forEach(
            "SELECT path, digest FROM files WHERE \(rows)", .integer(old), .integer(new)
        ) { try body(TreeFile(path: try $0.text(0), digest: try $0.digest(1))) }
    }

    /// Whether the ledger still knows what distinguishes a tree of this release from others.
    func canCompare(with release: Int) throws -> Bool {
        try database.first("SELECT 1 FROM releases WHERE number = ?", .integer(release)) { _ in }
            != nil
    }
}
