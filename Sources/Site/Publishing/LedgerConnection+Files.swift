import System

/// A file as recorded in a row of the ledger.
struct LedgerFile: Sendable {
    var path: String
    var entry: Manifest.Entry
    /// The path names the content, so the content never changes.
    var isImmutable: Bool
}

/// The effect of one row's change on a release.
struct FileChange: Sendable {
    /// What the draft had at the path before the change.
    var before: Manifest.Entry?
    /// Whether the bytes are known to be in the object store.
    var bytes = Bytes.unknown
    /// Whether bytes that this draft wrote may no longer be used at any path.
    var abandonsBytes = false

    enum Bytes: Sendable {
        /// No row refers to the bytes: they must be written.
        case unknown
        /// An earlier release has them.
        case published
        /// Another file of the same draft has them.
        case drafted
    }
}

/// A file of a draft and the release that added it.
private struct LiveRow {
    var id: Int
    var since: Int
    var entry: Manifest.Entry
    var isImmutable: Bool
}

extension LedgerConnection {
    /// Returns the draft's file at the path.
    func liveFile(at path: String) throws -> LedgerFile? {
        try liveRow(at: path).map {
            LedgerFile(path: path, entry: $0.entry, isImmutable: $0.isImmutable)
        }
    }

    private func liveRow(at path: String) throws -> LiveRow? {
        try database.first(
            """
            SELECT id, since, digest, size, page, is_immutable FROM files
            WHERE path = ? AND until = \(Self.forever)
            """, .text(path)
        ) { row in
            LiveRow(
                id: try row.integer(0), since: try row.integer(1),
                entry: .init(
                    digest: try row.digest(2), size: try row.integer(3),
                    page: try row.optionalText(4)),
                isImmutable: try row.integer(5) != 0)
        }
    }

    /// Adds a file from `release` on, at a path that is empty as far as the caller knows.
    func add(_ file: LedgerFile, release: Int) throws -> FileChange {
        // This draft may have removed the same file from the path.
        if hasClosedFiles { return try set(file, release: release) }
        let bytes = try bytes(of: file.entry.digest, release: release)
        guard try insert(file, release: release) else { return try set(file, release: release) }
        return FileChange(before: nil, bytes: bytes)
    }

    /// Sets the content of the path from `release` on.
    func set(_ file: LedgerFile, release: Int) throws -> FileChange {
        let row = try liveRow(at: file.path)
        var change = FileChange(before: row?.entry)
        if let row, row.entry.digest == file.entry.digest, row.isImmutable == file.isImmutable,
            (row.entry.page == nil) == (file.entry.page == nil)
        {
            // The bytes stay; the page may have a new key.
            if row.entry.page != file.entry.page { try relabel(row.id, as: file) }
            change.bytes = row.since < release ? .published : .drafted
            return change
        }
        change.bytes = try bytes(of: file.entry.digest, release: release)
        if let row {
            if row.since == release {
                // Written twice in one draft.
                change.abandonsBytes = true
                try database.run("DELETE FROM files WHERE id = ?", .integer(row.id))
            } else {
                try close(row.id, release: release)
            }
        }
        if try !reopen(file, release: release) { _ = try insert(file, release: release) }
        return change
    }

    /// Empties the path from `release` on.
    ///
    /// - Parameter isPage: whether to remove only a page's file, or only a file that belongs to no
    ///   page.
    func removeFile(at path: String, isPage: Bool, release: Int) throws -> FileChange {
        guard let row = try liveRow(at: path), (row.entry.page != nil) == isPage else {
            return FileChange()
        }
        let change = FileChange(before: row.entry, abandonsBytes: row.since == release)
        if row.since == release {
            try database.run("DELETE FROM files WHERE id = ?", .integer(row.id))
        } else {
            try close(row.id, release: release)
        }
        return change
    }

    /// - Returns: false when the path already has a file.
    private func insert(_ file: LedgerFile, release: Int) throws -> Bool {
        try database.run(
            """
            INSERT OR IGNORE INTO files (path, since, until, digest, size, page, is_immutable)
            VALUES (?, ?, \(Self.forever), ?, ?, ?, ?)
            """, .text(file.path), .integer(release), .digest(file.entry.digest),
            .integer(file.entry.size), .text(file.entry.page),
            .integer(file.isImmutable ? 1 : 0)) > 0
    }

    private func relabel(_ id: Int, as file: LedgerFile) throws {
        try database.run(
            "UPDATE files SET page = ? WHERE id = ?", .text(file.entry.page), .integer(id))
    }

    private func close(_ id: Int, release: Int) throws {
        hasClosedFiles = true
        try database.run(
            "UPDATE files SET until = ? WHERE id = ?", .integer(release), .integer(id))
    }

    /// Undoes this draft's removal of the same content from the path.
    private func reopen(_ file: LedgerFile, release: Int) throws -> Bool {
        guard hasClosedFiles else { return false }
        let id = try database.first(
            """
            SELECT id FROM files
            WHERE path = ? AND until = ? AND digest = ? AND is_immutable = ?
                AND (page IS NULL) = ?
            """, .text(file.path), .integer(release), .digest(file.entry.digest),
            .integer(file.isImmutable ? 1 : 0), .integer(file.entry.page == nil ? 1 : 0)
        ) { try $0.integer(0) }
        guard let id else { return false }
        try database.run(
            "UPDATE files SET until = \(Self.forever) WHERE id = ?", .integer(id))
        try relabel(id, as: file)
        return true
    }

    private func bytes(of digest: SHA256Digest, release: Int) throws -> FileChange.Bytes {
        let since = try database.first(
            "SELECT since FROM files WHERE digest = ? ORDER BY id LIMIT 1", .digest(digest)
        ) { try $0.integer(0) }
        guard let since else { return .unknown }
        return since < release ? .published : .drafted
    }

    func refers(to digest: SHA256Digest) throws -> Bool {
        try database.first("SELECT 1 FROM files WHERE digest = ? LIMIT 1", .digest(digest)) { _ in }
            != nil
    }

    /// Whether the files of the draft differ from those of the previous release.
    func hasChangedFiles(release: Int) throws -> Bool {
        try database.first(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM files WHERE since = ?1)
                OR EXISTS (
                    SELECT 1 FROM files WHERE until = ?1 AND until < \(Self.forever))
            """, .integer(release)
        ) { _ in } != nil
    }

    /// Returns the draft's files that belong to no page.
    func assets() throws -> [LedgerFile] {
        try database.query(
            """
            SELECT path, digest, size, is_immutable FROM files
            WHERE page IS NULL AND until = \(Self.forever)
            """
        ) { row in
            LedgerFile(
                path: try row.text(0),
                entry: .init(digest: try row.digest(1), size: try row.integer(2)),
                isImmutable: try row.integer(3) != 0)
        }
    }

    /// Whether the draft has compressed forms of files; true for a draft without files.
    func hasCompressedFiles() throws -> Bool {
        try database.first(
            """
            SELECT EXISTS (
                SELECT 1 FROM files WHERE until = \(Self.forever) AND path LIKE '%.gz')
                OR NOT EXISTS (SELECT 1 FROM files WHERE until = \(Self.forever))
            """
        ) { try $0.integer(0) != 0 } ?? true
    }

    /// Returns the files of one release.
    func manifest(of release: Int) throws -> Manifest {
        var manifest = Manifest()
        try database.forEach(
            "SELECT path, digest, size, page FROM files WHERE since <= ?1 AND until > ?1",
            .integer(release)
        ) { row in
            manifest.files[try row.text(0)] = Manifest.Entry(
                digest: try row.digest(1), size: try row.integer(2),
                page: try row.optionalText(3))
        }
        return manifest
    }
}
