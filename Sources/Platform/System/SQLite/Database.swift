import CSQLite
import Glibc

/// One connection to a SQLite file in write-ahead mode.
///
/// Readers see the last commit while another connection writes. A commit returns when it is
/// durable. The connection is not safe for two threads at once: its owner keeps it in a `Mutex`.
///
/// ```swift
/// let database = try Database(path: path, access: .readWrite)
/// try database.run("INSERT INTO inputs VALUES (?, ?)", .text(name), .digest(digest))
/// let names = try database.query("SELECT name FROM inputs") { try $0.text(0) }
/// ```
public final class Database {
    public enum Access: Sendable {
        /// Creates the file when it is missing.
        case readWrite
        /// The file must exist, and statements that write are refused.
        case readOnly
    }

    public let path: String
    private let handle: OpaquePointer
    private var statements: [String: Statement] = [:]
    private static let statementLimit = 128

    /// Opens the file.
    ///
    /// - Parameter busyMilliseconds: how long a statement waits for another process's lock.
    /// - Parameter cacheKibibytes: the memory for caching pages of the file.
    public init(
        path: String, access: Access, busyMilliseconds: Int = 10_000, cacheKibibytes: Int = 2048
    ) throws(SQLiteError) {
        self.path = path
        // A read-only connection could not recover the log left by a killed writer.
        let flags =
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
            | (access == .readWrite ? SQLITE_OPEN_CREATE : 0)
        var opened: OpaquePointer?
        errno = 0
        let result = sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened else {
            throw SQLiteError(code: SQLITE_NOMEM, message: "out of memory", path: path)
        }
        handle = opened
        // The connection is closed by `deinit`, which runs when an initializer throws from here on.
        guard result == SQLITE_OK else { throw SQLiteError(result, of: opened, path: path) }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Int32(busyMilliseconds))
        try run(
            script: """
                PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
                PRAGMA cache_size = -\(cacheKibibytes);
                """)
        if access == .readOnly {
            try run(script: "PRAGMA query_only = ON")
        } else {
            try run(
                script: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                    PRAGMA journal_size_limit = 4194304;
                    """)
        }
    }

    deinit {
        statements = [:]
        sqlite3_close_v2(handle)
    }

    /// Runs one statement.
    ///
    /// - Returns: the number of rows it inserted, changed or deleted.
    @discardableResult
    public func run(_ sql: String, _ binds: SQLiteValue...) throws(SQLiteError) -> Int {
        let statement = try take(sql)
        defer { statement.reset() }
        try bind(binds, to: statement)
        errno = 0
        while true {
            switch sqlite3_step(statement.handle) {
            case SQLITE_ROW: continue
            case SQLITE_DONE: return Int(sqlite3_changes64(handle))
            case let code: throw SQLiteError(code, of: handle, path: path)
            }
        }
    }

    /// Passes every row of a result to `body`, in order, without keeping any.
    ///
    /// Other statements may run in the meantime.
    public func forEach(
        _ sql: String, _ binds: SQLiteValue..., body: (Row) throws -> Void
    ) throws {
        try forEach(sql, binds, body)
    }

    /// Returns all rows of a result, as read by `body`.
    public func query<Value>(
        _ sql: String, _ binds: SQLiteValue..., body: (Row) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try forEach(sql, binds) { row in values.append(try body(row)) }
        return values
    }

    /// Returns the first row of a result, or nil when it has none.
    public func first<Value>(
        _ sql: String, _ binds: SQLiteValue..., body: (Row) throws -> Value
    ) throws -> Value? {
        let statement = try take(sql)
        defer { statement.reset() }
        try bind(binds, to: statement)
        let row = Row(statement.handle, path: path)
        return try step(statement) ? try body(row) : nil
    }

    /// Runs a script of several statements without binds; the first that fails ends it.
    public func run(script: String) throws(SQLiteError) {
        errno = 0
        let result = sqlite3_exec(handle, script, nil, nil, nil)
        guard result == SQLITE_OK else { throw SQLiteError(result, of: handle, path: path) }
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    @discardableResult
    public func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        try begin()
        do {
            let value = try body()
            try commit()
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Runs several queries that all see the same commit.
    public func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
        try run("BEGIN")
        defer { rollBack() }
        return try body()
    }

    /// Begins a transaction that may write; every other writer waits for its end.
    public func begin() throws(SQLiteError) { try run("BEGIN IMMEDIATE") }

    /// Commits the transaction durably.
    public func commit() throws(SQLiteError) { try run("COMMIT") }

    /// Rolls back the transaction; does nothing outside of one.
    ///
    /// After a serious error the transaction has already ended; that error is the one to report.
    public func rollBack() {
        if isInTransaction { _ = try? run("ROLLBACK") }
    }

    public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
}

extension Database {
    private func forEach(
        _ sql: String, _ binds: [SQLiteValue], _ body: (Row) throws -> Void
    ) throws {
        let statement = try take(sql)
        defer { statement.reset() }
        try bind(binds, to: statement)
        let row = Row(statement.handle, path: path)
        while try step(statement) { try body(row) }
    }

    /// - Returns: false at the end of the result.
    private func step(_ statement: Statement) throws(SQLiteError) -> Bool {
        errno = 0
        switch sqlite3_step(statement.handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw SQLiteError(code, of: handle, path: path)
        }
    }

    /// Returns a statement for the caller's exclusive use, until it is reset.
    private func take(_ sql: String) throws(SQLiteError) -> Statement {
        let known = statements[sql]
        if let known, !known.isBusy {
            known.isBusy = true
            return known
        }
        var prepared: OpaquePointer?
        errno = 0
        let result = sqlite3_prepare_v3(
            handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard result == SQLITE_OK, let prepared else {
            throw SQLiteError(result, of: handle, path: path)
        }
        let statement = Statement(prepared)
        // A query nested in itself gets a statement that is used once.
        if known == nil, statements.count < Self.statementLimit { statements[sql] = statement }
        return statement
    }

    private func bind(
        _ values: [SQLiteValue], to prepared: Statement
    ) throws(SQLiteError) {
        let statement = prepared.handle
        precondition(
            values.count == Int(sqlite3_bind_parameter_count(statement)),
            "a statement must be given as many values as it has places")
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            let result =
                switch value {
                case .null: sqlite3_bind_null(statement, index)
                case .integer(let number): sqlite3_bind_int64(statement, index, Int64(number))
                case .text(""): robbieblocks_bind_text(statement, index, "", 0)
                case .text(var text):
                    text.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) {
                            robbieblocks_bind_text(
                                statement, index, $0.baseAddress, Int32($0.count))
                        }
                    }
                case .bytes(let bytes): Self.bind(bytes, to: statement, at: index)
                case .digest(let digest): Self.bind(digest.bytes, to: statement, at: index)
                }
            guard result == SQLITE_OK else { throw SQLiteError(result, of: handle, path: path) }
        }
    }

    private static func bind(
        _ bytes: [UInt8], to statement: OpaquePointer, at index: Int32
    ) -> Int32 {
        // An empty array has no address, which the library would treat as NULL.
        if bytes.isEmpty { return sqlite3_bind_zeroblob(statement, index, 0) }
        return bytes.withUnsafeBytes {
            robbieblocks_bind_blob(statement, index, $0.baseAddress, Int32($0.count))
        }
    }
}
