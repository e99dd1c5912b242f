import Core
import System

/// A path that a tree must have, and the object behind it.
struct TreeFile: Sendable {
    var path: String
    var digest: SHA256Digest
}

/// Lists the files that a tree needs to hold a release.
///
/// A tree holds the files of its release and the immutable files of every other kept release, so
/// that a visitor with an older page open still finds the files that it links to.
extension LedgerConnection {
    /// Passes the paths of release `old` that release `new` no longer has to `body`.
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

    /// Passes the immutable files of other releases that a tree lacks if it has those up to release
    /// `old`.
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

    /// Passes the files that release `new` has and release `old` lacks or has with other bytes.
    func filesNew(in new: Int, after old: Int, body: (TreeFile) throws -> Void) throws {
        let rows =
            new > old
            ? "since > ?1 AND since <= ?2 AND until > ?2"
            : "until > ?2 AND until <= ?1 AND until < \(Self.forever) AND since <= ?2"
        try database.forEach(
            "SELECT path, digest FROM files WHERE \(rows)", .integer(old), .integer(new)
        ) { try body(TreeFile(path: try $0.text(0), digest: try $0.digest(1))) }
    }

    /// Whether the ledger still knows how a tree of this release differs from others.
    func canCompare(with release: Int) throws -> Bool {
        try database.first("SELECT 1 FROM releases WHERE number = ?", .integer(release)) { _ in }
            != nil
    }

    private static let isInTree = "(since <= ?2 AND until > ?2 OR is_immutable)"
    private static let newestFirst = "ORDER BY since <= ?2 AND until > ?2 DESC, until DESC"

    /// Returns the file that a tree of `release` has at the path, or nil.
    func file(at path: String, in release: Int) throws -> LedgerFile? {
        try database.first(
            """
            SELECT path, digest, size, page, is_immutable FROM files
            WHERE path = ?1 AND \(Self.isInTree) \(Self.newestFirst) LIMIT 1
            """, .text(path), .integer(release)
        ) { row in
            LedgerFile(
                path: try row.text(0),
                entry: .init(
                    digest: try row.digest(1), size: try row.integer(2),
                    page: try row.optionalText(3)),
                isImmutable: try row.integer(4) != 0)
        }
    }

    func treeFile(at path: String, in release: Int) throws -> TreeFile? {
        try file(at: path, in: release).map { TreeFile(path: $0.path, digest: $0.entry.digest) }
    }

    /// Returns the path of a file that a tree of `release` has below the folder `path`.
    func firstFile(below path: String, in release: Int) throws -> String? {
        // The range ends at the character after the slash.
        try database.first(
            """
            SELECT path FROM files
            WHERE path > ?1 || '/' AND path < ?1 || '0' AND \(Self.isInTree) LIMIT 1
            """, .text(path), .integer(release)
        ) { try $0.text(0) }
    }

    /// Returns some paths that have or had these bytes, and their size in bytes.
    func copies(of digest: SHA256Digest) throws -> (paths: [String], size: Int) {
        let rows = try database.query(
            "SELECT path, size FROM files WHERE digest = ? ORDER BY until DESC LIMIT 8",
            .digest(digest)
        ) { (path: try $0.text(0), size: try $0.integer(1)) }
        return (rows.map(\.path), rows.first?.size ?? 0)
    }

    /// Reports that a release needs a file and a folder with the same name.
    func conflict(of file: LedgerFile, with path: String, in release: Int) throws -> Diagnostic {
        let other = try self.file(at: path, in: release)?.entry.page
        let pages = [file.entry.page, other].compactMap(\.self)
        return Diagnostic(
            pages.isEmpty ? .fileSystem : .routeCollision,
            "'\(file.path)' would be a file and a folder at once: '\(path)' lies in it",
            at: .init(page: other ?? file.entry.page, field: pages.isEmpty ? nil : "page_route"),
            hint: pages.isEmpty
                ? nil : "change page_route of " + pages.map { "'\($0)'" }.joined(separator: " or "))
    }

    /// Returns every file that a tree of `release` must have.
    ///
    /// - Parameter newest: the last release whose immutable files the tree has.
    func treeFiles(of release: Int, newest: Int) throws -> [String: ExpectedFile] {
        var files: [String: ExpectedFile] = [:]
        // If a path has files of several releases, this release's file comes last.
        try database.forEach(
            """
            SELECT path, digest, size, page FROM files
            WHERE since <= ?2 AND until > ?2 OR is_immutable AND since <= ?1
            ORDER BY since <= ?2 AND until > ?2, until
            """, .integer(newest), .integer(release)
        ) { row in
            let path = try row.text(0)
            files[path] = ExpectedFile(
                file: TreeFile(path: path, digest: try row.digest(1)), size: try row.integer(2),
                page: try row.optionalText(3))
        }
        return files
    }

    func countFiles(in release: Int) throws -> Int {
        try database.first(
            "SELECT count(*) FROM files WHERE since <= ?1 AND until > ?1", .integer(release)
        ) { try $0.integer(0) } ?? 0
    }

    /// Returns every object that a row refers to.
    func objects() throws -> [StoredObject] {
        try database.query("SELECT digest, max(size) FROM files GROUP BY digest") {
            StoredObject(digest: try $0.digest(0), size: try $0.integer(1))
        }
    }

    /// Returns at most `limit` files of a release in the order of their row numbers, from the one
    /// after `id`.
    func files(
        of release: Int, after id: Int, upTo last: Int, limit: Int
    ) throws -> [(id: Int, file: ExpectedFile)] {
        try database.query(
            """
            SELECT id, path, digest, size, page FROM files
            WHERE id > ?2 AND id <= ?3 AND since <= ?1 AND until > ?1 ORDER BY id LIMIT ?4
            """, .integer(release), .integer(id), .integer(last), .integer(limit)
        ) { row in
            (
                try row.integer(0),
                ExpectedFile(
                    file: TreeFile(path: try row.text(1), digest: try row.digest(2)),
                    size: try row.integer(3), page: try row.optionalText(4))
            )
        }
    }

    /// Returns the highest row number of `files`.
    func lastFile() throws -> Int {
        try database.first("SELECT max(id) FROM files") { try $0.optionalInteger(0) }
            .flatMap(\.self) ?? 0
    }
}
