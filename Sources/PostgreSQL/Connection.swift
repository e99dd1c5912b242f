import CLibPQ

/// One connection to PostgreSQL, owned by one task or actor at a time.
///
/// Calls block until the server has answered: keep a connection on a thread of its own.
///
/// ```swift
/// let connection = try Connection(to: .init(environment: environment))
/// let rows = try connection.run("SELECT page_key FROM robbieblocks_pages WHERE status = \(status)")
/// ```
public final class Connection {
    private let handle: OpaquePointer

    /// Connects, waiting ten seconds at most.
    public init(to server: ConnectionTarget) throws(PostgresError) {
        let settings =
            server.settings.merging([
                "connect_timeout": "10", "application_name": "robbieblocks",
                "client_encoding": "UTF8", "keepalives_idle": "5", "keepalives_interval": "3",
                "keepalives_count": "3", "tcp_user_timeout": "15000",
                "options": "-c TimeZone=UTC -c DateStyle=ISO -c client_min_messages=warning",
            ]) { given, _ in given }
        let keys = settings.keys.sorted()
        handle = try withPointers(to: keys) { keyPointers in
            withPointers(to: keys.map { settings[$0] ?? "" }) { valuePointers in
                // The dbname may be a whole URI: 1 asks the library to expand it.
                PQconnectdbParams(keyPointers, valuePointers, 1)
            }
        }.orThrow(PostgresError(.connection, "the client library is out of memory"))
        guard PQstatus(handle) == CONNECTION_OK else {
            // The connection is freed by `deinit`, which runs when an initializer throws here.
            throw PostgresError(.connection, Self.message(of: handle))
        }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// Runs one statement with its binds and returns its rows.
    @discardableResult
    public func run(_ query: Query) throws(PostgresError) -> QueryResult {
        let result = withPointers(to: query.binds) { values in
            PQexecParams(handle, query.sql, Int32(query.binds.count), nil, values, nil, nil, 1)
        }
        return try check(result)
    }

    /// Runs a script of several statements; the first that fails ends it.
    public func run(script: String) throws(PostgresError) {
        _ = try check(PQexec(handle, script))
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    public func transaction<Value, Failure: Error>(
        _ begin: Query = "BEGIN", _ body: (Connection) throws(Failure) -> Value
    ) throws -> Value {
        try run(begin)
        do {
            let value = try body(self)
            try run("COMMIT")
            return value
        } catch {
            // A lost connection has rolled back by itself; its error is the one to report.
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    private func check(_ result: OpaquePointer?) throws(PostgresError) -> QueryResult {
        guard let result else { throw PostgresError(.connection, Self.message(of: handle)) }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            return QueryResult(taking: result)
        default:
            defer { PQclear(result) }
            func field(_ code: Character) -> String? {
                code.asciiValue.flatMap { PQresultErrorField(result, Int32($0)) }
                    .map { String(cString: $0) }
            }
            let lost = PQstatus(handle) == CONNECTION_BAD
            let message = field("M") ?? Self.message(of: handle)
            throw PostgresError(
                lost ? .connection : .server(sqlState: field("C") ?? "XX000"), message,
                detail: field("D"), hint: field("H"))
        }
    }

    private static func message(of handle: OpaquePointer) -> String {
        let text = PQerrorMessage(handle).map { String(cString: $0) } ?? "no reason given"
        return text.split(separator: "\n").joined(separator: "; ")
    }
}

extension Optional {
    fileprivate func orThrow<Failure: Error>(_ error: Failure) throws(Failure) -> Wrapped {
        guard let self else { throw error }
        return self
    }
}

/// Lends a null-terminated array of C strings.
private func withPointers<Value>(
    to strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
) -> Value {
    var bytes: [CChar] = []
    var offsets: [Int?] = []
    for string in strings {
        guard let string else {
            offsets.append(nil)
            continue
        }
        offsets.append(bytes.count)
        bytes.append(contentsOf: string.utf8CString)
    }
    return bytes.withUnsafeBufferPointer { buffer in
        let pointers =
            offsets.map { offset in offset.flatMap { buffer.baseAddress?.advanced(by: $0) } } + [
                nil
            ]
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
