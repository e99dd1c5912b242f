import System

/// The tables of the ledger, and the migrations from earlier versions.
///
/// A version is never edited after a release of the program has created ledgers with it: further
/// changes become another step.
extension LedgerConnection {
    /// Each makes the tables of the next version from those before it; the first begins with none.
    private static let steps = [
        version1, version2, version3, version4, version5, version6, version7,
    ]

    /// The number of steps that made the tables; 0 in an empty file.
    ///
    /// - Throws: when a later version of this program made them.
    var version: Int {
        get throws {
            let version = try database.first("PRAGMA user_version") { try $0.integer(0) } ?? 0
            guard (0...Self.steps.count).contains(version) else {
                throw DamagedFolder(
                    message: "the ledger was written by a later version of this program (its form "
                        + "is \(version), this version reads up to \(Self.steps.count))",
                    path: database.path, isNewer: true)
            }
            return version
        }
    }

    /// Whether pages have outlines: a ledger of an earlier version has none until it is migrated.
    var hasOutlines: Bool { get throws { try version >= 2 } }

    /// Whether repairs are recorded, likewise.
    var hasRepairs: Bool { get throws { try version >= 3 } }

    /// Whether the branding of the newest release is recorded, likewise.
    var hasBranding: Bool { get throws { try version >= 4 } }

    /// Whether warnings are remembered; the same holds for them.
    var hasWarnings: Bool { get throws { try version >= 5 } }

    /// Whether pages have links; the same holds for them.
    var hasLinks: Bool { get throws { try version >= 6 } }

    /// Whether the provenance of the newest release stands apart from the inputs of pages.
    var hasProvenance: Bool { get throws { try version >= 7 } }

    /// Makes the tables, or brings those of an earlier version up to this one. All or nothing.
    ///
    /// - Parameter number: releases of a new ledger are counted from the one after this.
    func migrate(after number: Int) throws {
        guard try version < Self.steps.count else { return }
        try database.transaction {
            // Another process may have migrated in the meantime.
            let version = try version
            for step in Self.steps[version...] { try database.run(script: step) }
            if version == 0 {
                // A new identity, so that no tree of an older ledger is taken for one of this
                // ledger.
                try database.run(
                    "INSERT INTO site VALUES (1, lower(hex(randomblob(8))), 0, ?, 0, NULL)",
                    .integer(number))
            }
            try database.run(script: "PRAGMA user_version = \(Self.steps.count)")
        }
    }

    /// Checks that every table, column and index that statements need exists.
    ///
    /// - Throws: when one is missing.
    func verifySchema() throws {
        let version = try version
        for (table, columns) in Self.tables where table.since <= version {
            // Preparing the statement is the check.
            _ = try database.first("SELECT \(columns) FROM \(table.name) LIMIT 0") { _ in }
        }
        let indexes = try database.query("SELECT name FROM sqlite_master WHERE type = 'index'") {
            try $0.text(0)
        }
        let missing = Self.indexes.subtracting(indexes)
        if let name = missing.min() {
            throw DamagedFolder(message: "the ledger lacks its index \(name)", path: database.path)
        }
    }

    private static let tables: [(table: (name: String, since: Int), columns: String)] = [
        (("site", 1), "id, identity, current, newest, oldest, held_at"),
        (("releases", 1), "number, created_at, sum, pages, files, bytes, cause"),
        (("files", 1), "id, path, since, until, digest, size, page, is_immutable"),
        (
            ("pages", 1),
            "id, key, file, fingerprint, version, due, inputs, release, reason, rendered_at"
        ),
        (("pages", 2), "outline"),
        (("renders", 1), "key, file, release, until, reason, rendered_at"),
        (("inputs", 1), "name, digest"),
        (("failures", 1), "page, fingerprint, since, diagnostics"),
        (("garbage", 1), "kind, name"),
        (("lost", 3), "digest"),
        (("repairs", 3), "at, path, problem, remedy, page"),
        (("branding", 4), "id, rows"),
        (("warnings", 5), "page, rows"),
        (("pages", 6), "links"),
        (("provenance", 7), "id, sources, marker, origin, place, has_drafts"),
    ]

    private static let indexes: Set = [
        "files_digest", "files_since", "files_until", "files_assets", "pages_file",
        "renders_until", "sqlite_autoindex_files_1",
    ]

    private static let version1 = """
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
            rendered_at INTEGER NOT NULL    -- ms since 1970
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

    /// The data of each page that lists show, in the caller's own form.
    private static let version2 = "ALTER TABLE pages ADD COLUMN outline TEXT"

    private static let version3 = """
        -- Objects whose bytes are nowhere: what has them is to be rendered again.
        CREATE TABLE lost (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
        -- What was found wrong in the folder, and what became of it.
        CREATE TABLE repairs (
            at INTEGER NOT NULL,            -- ms since 1970
            path TEXT NOT NULL,             -- below the site's folder
            problem TEXT NOT NULL,
            remedy TEXT NOT NULL,
            page TEXT                       -- page_key
        ) STRICT;
        """

    private static let version4 = """
        -- What the newest release has of the node's branding and tokens, in the caller's form.
        CREATE TABLE branding (id INTEGER PRIMARY KEY CHECK (id = 1), rows TEXT NOT NULL) STRICT;
        """

    private static let version5 = """
        -- What pages of the newest release were warned about when they were rendered last, in the
        -- caller's form, by page_key; the site as a whole has an empty key.
        CREATE TABLE warnings (page TEXT PRIMARY KEY, rows TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """

    /// Where each page leads, in the form of `PageLinks`.
    private static let version6 = "ALTER TABLE pages ADD COLUMN links BLOB"

    private static let version7 = """
        -- How the newest release came about as a whole, in the form of ReleaseProvenance. Before,
        -- it stood among the inputs.
        CREATE TABLE provenance (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            sources BLOB,
            marker BLOB,
            origin BLOB,
            place TEXT,
            has_drafts INTEGER NOT NULL
        ) STRICT;
        INSERT INTO provenance \(provenanceAmongInputs);
        DELETE FROM inputs WHERE \(isProvenance);
        """

    /// The provenance of a ledger of an earlier version, as a row of the table.
    static let provenanceAmongInputs = """
        SELECT 1 AS id, (SELECT digest FROM inputs WHERE name = 'sources') AS sources,
            (SELECT digest FROM inputs WHERE name = 'marker') AS marker,
            (SELECT digest FROM inputs WHERE name = 'origin') AS origin,
            (SELECT substr(name, 10) FROM inputs WHERE name GLOB 'database *' LIMIT 1) AS place,
            EXISTS (SELECT 1 FROM inputs WHERE name = 'drafts') AS has_drafts
        """

    /// Whether a row of the inputs of such a ledger is no input of a page.
    static let isProvenance =
        "name IN ('sources', 'marker', 'origin', 'drafts') OR name GLOB 'database *'"
}
