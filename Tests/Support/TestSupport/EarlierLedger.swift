import Foundation
import Publishing
import System

/// Turns the ledger of a site into one that an earlier version of the program would have written.
///
/// The statements are those of the earlier versions, copied, so that they stay as they were whatever
/// becomes of the program's own.
public enum EarlierLedger {
    /// The versions whose ledgers are read.
    public static let versions = 1...6

    /// - Parameter folder: the folder of the site, which no program may have open.
    public static func make(version: Int, in folder: String) throws {
        let path = folder + "/ledger.sqlite"
        // Closing the only connection removes the log.
        try Database(path: path, access: .readWrite).run(
            script: "PRAGMA wal_checkpoint(TRUNCATE)")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".now")
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
        let ledger = try Database(path: path, access: .readWrite)
        for step in steps.prefix(version) { try ledger.run(script: step) }
        try ledger.run("ATTACH DATABASE ? AS now", .text(path + ".now"))
        let tables = try ledger.query(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ) { try $0.text(0) }
        for table in tables {
            let columns = try ledger.query(
                "SELECT name FROM pragma_table_info(?, 'main')", .text(table)
            ) { try $0.text(0) }.joined(separator: ", ")
            try ledger.run(
                script: "INSERT INTO main.\(table) (\(columns)) SELECT \(columns) FROM now.\(table)"
            )
        }
        try ledger.run(script: provenance)
        try ledger.run(script: "DETACH now; PRAGMA user_version = \(version)")
        try FileManager.default.removeItem(atPath: path + ".now")
    }

    /// What stood among the inputs. The digests of a place and of drafts had no meaning.
    private static let provenance = """
        INSERT INTO inputs SELECT 'sources', sources FROM now.provenance WHERE sources IS NOT NULL;
        INSERT INTO inputs SELECT 'marker', marker FROM now.provenance WHERE marker IS NOT NULL;
        INSERT INTO inputs SELECT 'origin', origin FROM now.provenance WHERE origin IS NOT NULL;
        INSERT INTO inputs SELECT 'database ' || place, zeroblob(32) FROM now.provenance
            WHERE place IS NOT NULL;
        INSERT INTO inputs SELECT 'drafts', zeroblob(32) FROM now.provenance WHERE has_drafts;
        """

    private static let steps = [
        """
        CREATE TABLE site (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            identity TEXT NOT NULL,
            current INTEGER NOT NULL,
            newest INTEGER NOT NULL,
            oldest INTEGER NOT NULL,
            held_at INTEGER
        ) STRICT;
        CREATE TABLE releases (
            number INTEGER PRIMARY KEY,
            created_at INTEGER NOT NULL,
            sum BLOB NOT NULL,
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
            page TEXT,
            is_immutable INTEGER NOT NULL,
            UNIQUE (path, until)
        ) STRICT;
        CREATE INDEX files_digest ON files (digest);
        CREATE INDEX files_since ON files (since);
        CREATE INDEX files_until ON files (until) WHERE until < 9223372036854775807;
        CREATE INDEX files_assets ON files (path) WHERE page IS NULL;
        CREATE TABLE pages (
            id TEXT PRIMARY KEY,
            key TEXT NOT NULL,
            file TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            version INTEGER NOT NULL,
            due INTEGER,
            inputs TEXT NOT NULL,
            release INTEGER NOT NULL,
            reason TEXT NOT NULL,
            rendered_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pages_file ON pages (file);
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
            since INTEGER NOT NULL,
            diagnostics TEXT NOT NULL
        ) STRICT;
        CREATE TABLE garbage (
            kind TEXT NOT NULL CHECK (kind IN ('object', 'path')),
            name TEXT NOT NULL,
            PRIMARY KEY (kind, name)
        ) STRICT, WITHOUT ROWID;
        """,
        "ALTER TABLE pages ADD COLUMN outline TEXT",
        """
        CREATE TABLE lost (digest BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE repairs (
            at INTEGER NOT NULL,
            path TEXT NOT NULL,
            problem TEXT NOT NULL,
            remedy TEXT NOT NULL,
            page TEXT
        ) STRICT;
        """,
        """
        CREATE TABLE branding (id INTEGER PRIMARY KEY CHECK (id = 1), rows TEXT NOT NULL) STRICT;
        """,
        """
        CREATE TABLE warnings (page TEXT PRIMARY KEY, rows TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """,
        "ALTER TABLE pages ADD COLUMN links BLOB",
    ]
}
