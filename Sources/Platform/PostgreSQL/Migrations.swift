import Core
public import System

/// Numbered schema files, each applied once, in order, in a transaction of its own.
///
/// Two processes may run this at once: an advisory lock makes one wait for the other and then find
/// nothing to do. A file that changed after it was applied is an error; it is not run again.
public struct Migrations: Sendable {
    public struct Migration: Sendable {
        public let number: Int
        public let name: String
        public let sql: String
    }

    public let all: [Migration]

    /// Reads `NNNN-name.sql` files from a folder.
    public init(folder: Directory) throws {
        var migrations: [Migration] = []
        for file in try folder.names() {
            guard let stem = file.droppingUTF8Suffix(".sql") else { continue }
            guard let dash = stem.firstUTF8Index(of: "-"), let number = Int(stem[..<dash]) else {
                throw Diagnostic(
                    .toolFailed, "'\(folder.path)/\(file)' is not named like 0001-name.sql")
            }
            migrations.append(
                Migration(
                    number: number, name: String(stem[stem.utf8.index(after: dash)...]),
                    sql: String(decoding: try folder.read(file), as: UTF8.self)))
        }
        all = migrations.sorted { $0.number < $1.number }
    }

    /// Applies the migrations that are missing.
    ///
    /// - Parameter note: called with notes and remaining tasks for an admin.
    /// - Returns: the names of the migrations applied now, such as `0021-robbieblocks-cms`.
    @discardableResult
    public func apply(
        on connection: Connection, note: (String) -> Void = { _ in }
    ) throws -> [String] {
        try connection.requireSession(for: "changing the schema")
        try Self.requireSchema(on: connection)
        // The number (`robbiebl` in ASCII) only has to differ from those of other users of advisory
        // locks.
        try connection.run("SELECT pg_advisory_lock(8245935272960286316)")
        defer { _ = try? connection.run("SELECT pg_advisory_unlock(8245935272960286316)") }
        if let names = try adopt(on: connection, note: note) { return names }
        try Self.makeHistory(on: connection)
        let rows = try connection.run("SELECT number, sha256 FROM robbieblocks_migrations")
            .map { (try $0.value(0, as: Int.self), try $0.value(1, as: String.self)) }
        let applied = Dictionary(uniqueKeysWithValues: rows)
        var names: [String] = []
        for migration in all {
            if let known = applied[migration.number] {
                guard known == migration.digest else {
                    throw Diagnostic(
                        .schemaMissing,
                        "migration \(migration.label) was changed after it was applied to this "
                            + "database",
                        hint: "restore the file, and put the change into a new migration")
                }
                continue
            }
            try connection.transaction { try migration.apply(on: $0) }
            names.append(migration.label)
        }
        if let advice = try Self.guardFunctions(on: connection) { note(advice) }
        return names
    }

    /// Applies everything in one transaction to a database that already has tables with our names.
    ///
    /// - Returns: nil when the database has no such tables, or was set up before.
    private func adopt(on connection: Connection, note: (String) -> Void) throws -> [String]? {
        let isKnown = try connection.run(
            "SELECT to_regclass('robbieblocks_migrations') IS NOT NULL")
        if try isKnown[0].value(0) { return nil }
        return try connection.transaction { connection -> [String]? in
            guard let adoption = try Adoption(on: connection, scripts: all.map(\.sql)) else {
                return nil
            }
            try adoption.begin(on: connection, note: note)
            try Self.makeHistory(on: connection)
            for migration in all { try migration.apply(on: connection) }
            try adoption.end(on: connection, note: note)
            if let advice = try Self.guardFunctions(on: connection) { note(advice) }
            // Later statements of this connection use the same schemas.
            try connection.run(
                "SELECT set_config('search_path', current_setting('search_path'), false)")
            return all.map(\.label)
        }
    }

    private static func makeHistory(on connection: Connection) throws {
        try connection.run(
            """
            CREATE TABLE IF NOT EXISTS robbieblocks_migrations (
                number integer PRIMARY KEY,
                name text NOT NULL,
                sha256 text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """)
    }

    /// Requires a schema for new tables. Without it the failing statement reports only that no
    /// schema was selected.
    private static func requireSchema(on connection: Connection) throws {
        let row = try connection.run("SELECT current_schema(), current_setting('search_path')")[0]
        guard try row.optional(0, as: String.self) == nil else { return }
        throw Diagnostic(
            .schemaMissing,
            "no schema of this connection's search_path exists: \(try row.value(1, as: String.self))",
            hint: "create the schema, or set another search_path in DATABASE_URL")
    }

    /// Restricts the SECURITY DEFINER functions of every migration, including later ones: who may
    /// call them, and where they look names up.
    ///
    /// - Returns: a remaining task for an admin.
    private static func guardFunctions(on connection: Connection) throws -> String? {
        let isThere = try connection.run(
            "SELECT to_regprocedure('robbieblocks_guard_functions()') IS NOT NULL")
        guard try isThere[0].value(0) else { return nil }
        return try connection.run("SELECT robbieblocks_guard_functions()")[0].optional(0)
    }
}

extension Migrations.Migration {
    fileprivate var digest: String { SHA256Digest(hashing: sql).description }

    /// The file name without its extension.
    fileprivate var label: String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "-" + name
    }

    /// Runs and records the migration in the caller's transaction.
    fileprivate func apply(on connection: Connection) throws {
        do {
            try connection.run(script: sql)
            try connection.run(
                """
                INSERT INTO robbieblocks_migrations (number, name, sha256)
                VALUES (\(number)::integer, \(name), \(digest))
                """)
        } catch {
            var diagnostic = error.diagnostic
            diagnostic.message = "migration \(label): \(diagnostic.message)"
            throw diagnostic
        }
    }
}
