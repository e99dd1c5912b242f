import CSQLite

/// One row of a result, valid while the statement is at it; columns are counted from 0.
///
/// A column of another type than requested is an error, never a conversion: the tables are strict,
/// so it means that the file is damaged.
public struct Row {
    private let statement: OpaquePointer
    private let path: String

    init(_ statement: OpaquePointer, path: String) {
        self.statement = statement
        self.path = path
    }

    public func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
    }

    public func integer(_ column: Int) throws(SQLiteError) -> Int {
        try require(SQLITE_INTEGER, column)
        return Int(sqlite3_column_int64(statement, Int32(column)))
    }

    public func text(_ column: Int) throws(SQLiteError) -> String {
        try require(SQLITE_TEXT, column)
        let bytes = UnsafeBufferPointer(
            start: sqlite3_column_text(statement, Int32(column)),
            count: Int(sqlite3_column_bytes(statement, Int32(column))))
        return String(decoding: bytes, as: UTF8.self)
    }

    public func bytes(_ column: Int) throws(SQLiteError) -> [UInt8] {
        try require(SQLITE_BLOB, column)
        return Array(blob(column))
    }

    public func digest(_ column: Int) throws(SQLiteError) -> SHA256Digest {
        try require(SQLITE_BLOB, column)
        guard let digest = SHA256Digest(bytes: blob(column)) else {
            throw .damaged("a digest of \(blob(column).count) bytes", path: path)
        }
        return digest
    }

    public func optionalInteger(_ column: Int) throws(SQLiteError) -> Int? {
        isNull(column) ? nil : try integer(column)
    }

    public func optionalText(_ column: Int) throws(SQLiteError) -> String? {
        isNull(column) ? nil : try text(column)
    }

    public func optionalDigest(_ column: Int) throws(SQLiteError) -> SHA256Digest? {
        isNull(column) ? nil : try digest(column)
    }

    private func blob(_ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(statement, Int32(column)),
            count: Int(sqlite3_column_bytes(statement, Int32(column))))
    }

    private func require(_ type: Int32, _ column: Int) throws(SQLiteError) {
        guard sqlite3_column_type(statement, Int32(column)) == type else {
            throw .damaged("column \(column) of a row has another type", path: path)
        }
    }
}
