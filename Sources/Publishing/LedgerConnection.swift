import SQLite
import SystemSupport

/// The ledger's tables and statements. SQL about releases is here and in the extensions only.
///
/// A row of `files` says that a path has a content from release `since` on, until release `until`
/// takes it away again; `until` is `forever` while nothing did. So a release costs the rows that it
/// changes, and the files of every kept release can still be told.
final class LedgerConnection {
    let database: Database
    /// Whether the draft that is under way has closed rows of `files`, which it may open again.
    var hasClosedFiles = false

    init(_ database: Database) { self.database = database }

    /// The release that never comes.
    static let forever = Int.max
    private static let schemaVersion = 2

    /// Whether the tables are there.
    ///
    /// - Throws: when they are those of another version of this program.
    var isReady: Bool {
        get throws {
            let version =
                try database.first("PRAGMA user_version") { try $0.integer(0) } ?? 0
            guard (0...Self.schemaVersion).contains(version) else {
                throw SiteDamage(
                    message: "the ledger has the form \(version), which this version cannot read",
                    path: database.path)
            }
            return version > 0
        }
    }

    /// Makes the tables.
    ///
    /// - Parameter number: releases are counted from the one after this.
    func create(after number: Int) throws {
        try database.transaction {
            try database.run(script: Self.schema)
            // A new name, so that no tree of an older ledger is taken for one of this.
            try database.run(
                "INSERT INTO site VALUES (1, lower(hex(randomblob(8))), 0, ?, 0, NULL)",
                .integer(number))
            try database.run(script: "PRAGMA user_version = \(Self.schemaVersion)")
        }
    }

    /// Whether pages have outlines: a ledger of an earlier version has none until it is written to.
    var hasOutlines: Bool {
        get throws { try database.first("PRAGMA user_version") { try $0.integer(0) } ?? 0 >= 2 }
    }

    /// Brings the tables of an earlier version up to this one.
    func upgrade() throws {
        guard try !hasOutlines else { return }
        try database.transaction {
            try database.run(script: "ALTER TABLE pages ADD COLUMN outline TEXT")
            try database.run(script: "PRAGMA user_version = \(Self.schemaVersion)")
        }
    }

    private static let schema = """
        CREATE TABLE site (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            identity TEXT NOT NULL,         -- of this ledger
            current INTEGER NOT NULL,       -- the release to be served; 0: none
            newest INTEGER NOT NULL,        -- the highest number that was ever given
            oldest INTEGER NOT NULL,        -- the oldest release that is kept
            held_at INTEGER                 -- ms since 1970, while the site is held
        ) STRICT;
        CREATE TABLE releases (
            number INTEGER PRIMARY KEY,
            created_at INTEGER NOT NULL,    -- ms since 1970
            sum BLOB NOT NULL,              -- of the digests of all files with their paths
            pages INTEGER NOT NULL,
            files INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            cause TEXT NOT NULL
        ) STRICT;
        CREATE TABLE files (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL,
            digest BLOB NOT NULL,
            size INTEGER NOT NULL,
            page TEXT,                      -- page_key; NULL: an asset
            is_immutable INTEGER NOT NULL,
            UNIQUE (path, until)
        ) STRICT;
        CREATE INDEX files_digest ON files (digest);
        CREATE INDEX files_since ON files (since);
        CREATE INDEX files_until ON files (until) WHERE until < \(forever);
        CREATE INDEX files_assets ON files (path) WHERE page IS NULL;
        CREATE TABLE pages (
            id TEXT PRIMARY KEY,            -- UUID
            key TEXT NOT NULL,
            file TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            version INTEGER NOT NULL,
            due INTEGER,                    -- ms since 1970
            inputs TEXT NOT NULL,           -- a name a line
            release INTEGER NOT NULL,       -- for which it was rendered last
            reason TEXT NOT NULL,
            rendered_at INTEGER NOT NULL,   -- ms since 1970
            outline TEXT                    -- what lists show of it, for whoever recorded it
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pages_file ON pages (file);
        -- Renderings that a later one, or the end of the page, has superseded.
        CREATE TABLE renders (
            key TEXT NOT NULL,
            file TEXT NOT NULL,
            release INTEGER NOT NULL,
            until INTEGER NOT NULL,
            reason TEXT NOT NULL,
            rendered_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX renders_until ON renders (until);
        CREATE TABLE inputs (name TEXT PRIMARY KEY, digest BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE failures (
            page TEXT NOT NULL,
            fingerprint BLOB,
            since INTEGER NOT NULL,         -- ms since 1970
            diagnostics TEXT NOT NULL       -- JSON
        ) STRICT;
        -- What is to be unlinked once the release that dropped it is served.
        CREATE TABLE garbage (
            kind TEXT NOT NULL CHECK (kind IN ('object', 'path')),
            name TEXT NOT NULL,
            PRIMARY KEY (kind, name)
        ) STRICT, WITHOUT ROWID;
        """
}
