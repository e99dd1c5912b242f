import CLibPQ

/// The rows that one statement returned, kept in memory for the lifetime of the value.
///
/// Any thread may read them: libpq no longer touches a result that it has handed out.
public final class QueryResult: @unchecked Sendable {
    private let handle: OpaquePointer

    /// Takes ownership of the library's result.
    init(taking handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    public var count: Int { Int(PQntuples(handle)) }

    /// The number of rows that an INSERT, UPDATE or DELETE changed.
    public var affected: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    /// One row, valid for the lifetime of its result.
    public struct Row {
        fileprivate let result: QueryResult
        fileprivate let index: Int32

        /// The value of a column that may be NULL.
        public func optional<Value: PostgresDecodable>(
            _ column: Int, as type: Value.Type = Value.self
        ) throws(PostgresError) -> Value? {
            let column = Int32(column)
            guard PQgetisnull(result.handle, index, column) == 0 else { return nil }
            let length = Int(PQgetlength(result.handle, index, column))
            let bytes = UnsafeRawBufferPointer(
                start: PQgetvalue(result.handle, index, column), count: length)
            guard let value = Value(postgresBinary: bytes) else {
                let name = PQfname(result.handle, column).map { String(cString: $0) } ?? "\(column)"
                throw PostgresError(.decoding, "column '\(name)' is not of type \(Value.self)")
            }
            return value
        }

        /// Whether the bytes of a column are text. Needed when the database has no encoding.
        public func isUTF8(_ column: Int) -> Bool {
            let length = Int(PQgetlength(result.handle, index, Int32(column)))
            let bytes = UnsafeRawBufferPointer(
                start: PQgetvalue(result.handle, index, Int32(column)), count: length)
            return String(validating: bytes, as: UTF8.self) != nil
        }

        /// The value of a column that is never NULL.
        public func value<Value: PostgresDecodable>(
            _ column: Int, as type: Value.Type = Value.self
        ) throws(PostgresError) -> Value {
            guard let value: Value = try optional(column) else {
                let name = PQfname(result.handle, Int32(column)).map { String(cString: $0) }
                throw PostgresError(.decoding, "column '\(name ?? "\(column)")' is NULL")
            }
            return value
        }
    }

    public subscript(index: Int) -> Row { Row(result: self, index: Int32(index)) }

    /// Reads every row with `read`.
    public func map<Value>(_ read: (Row) throws -> Value) rethrows -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count { values.append(try read(self[index])) }
        return values
    }
}
