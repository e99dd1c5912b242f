import CLibPQ

/// Statements that were sent together, and the answers received so far.
///
/// It reads the answers that have arrived and never waits: `Connection` waits for one round trip,
/// `ConnectionPool` for many.
struct RoundTrip {
    /// The purpose of one answer of the server.
    private enum Step {
        case prepare(sql: String)
        case query(sql: String)
        case forget(name: String)
        /// The end of a transaction, which has an answer of its own.
        case end
    }

    private var steps: [Step] = []
    private var position = 0
    private var answer: QueryResult?
    private var results: [QueryResult] = []
    private var fault: PostgresError?
    /// The number of answers received; while it grows, the server is working.
    private(set) var answers = 0

    /// Sends all statements, as far as the socket accepts them.
    init(_ queries: [Query], on connection: Connection) throws(PostgresError) {
        let handle = connection.handle
        guard PQenterPipelineMode(handle) == 1 else { throw connection.failure() }
        // In a failed transaction, the server accepts only the end of the transaction.
        if PQtransactionStatus(handle) != PQTRANS_INERROR, !connection.statements.unwanted.isEmpty {
            for name in connection.statements.unwanted {
                try Self.send("DEALLOCATE \(name)", [], as: .direct, on: connection)
                steps.append(.forget(name: name))
            }
            try end(on: connection)
        }
        for query in queries {
            let sql = query.sql
            let plan = connection.statements.plan(for: sql)
            try Self.send(sql, query.binds, as: plan, on: connection)
            if case .prepare = plan { steps.append(.prepare(sql: sql)) }
            steps.append(.query(sql: sql))
        }
        try end(on: connection)
    }

    private mutating func end(on connection: Connection) throws(PostgresError) {
        guard PQpipelineSync(connection.handle) == 1 else { throw connection.failure() }
        steps.append(.end)
    }

    private static func send(
        _ sql: String, _ binds: [String?], as plan: StatementCache.Plan, on connection: Connection
    ) throws(PostgresError) {
        let handle = connection.handle
        let isSent = withPointers(to: binds) { values in
            let count = Int32(binds.count)
            return switch plan {
            case .direct:
                PQsendQueryParams(handle, sql, count, nil, values, nil, nil, 1) == 1
            case .prepare(let name):
                PQsendPrepare(handle, name, sql, 0, nil) == 1
                    && PQsendQueryPrepared(handle, name, count, values, nil, nil, 1) == 1
            case .prepared(let name):
                PQsendQueryPrepared(handle, name, count, values, nil, nil, 1) == 1
            }
        }
        guard isSent else { throw connection.failure() }
    }

    /// Takes the answers that have arrived.
    ///
    /// - Returns: true when all have arrived or the connection was lost.
    mutating func advance(on connection: Connection) -> Bool {
        while position < steps.count, connection.handle != nil {
            guard PQisBusy(connection.handle) == 0 else { return false }
            let result = PQgetResult(connection.handle)
            if let result { take(result, on: connection) }
            // The end has one answer; other statements have any number, followed by a null.
            if case .end = steps[position] {
                position += 1
            } else if result == nil {
                finishStep(on: connection)
            }
        }
        return true
    }

    private mutating func take(_ result: OpaquePointer, on connection: Connection) {
        answers += 1
        switch PQresultStatus(result) {
        // Statements after a failed one are not run.
        case PGRES_PIPELINE_ABORTED, PGRES_PIPELINE_SYNC: PQclear(result)
        default:
            do {
                answer = try connection.check(result)
            } catch {
                fault = fault ?? error
                if case .query(let sql) = steps[position], error.isStalePlan {
                    connection.statements.discard(sql, isOnServer: error.sqlState != "26000")
                }
            }
        }
    }

    private mutating func finishStep(on connection: Connection) {
        switch steps[position] {
        case .prepare(let sql):
            if answer == nil { connection.statements.discard(sql, isOnServer: false) }
        case .query: if let answer { results.append(answer) }
        case .forget(let name): if answer != nil { connection.statements.forget(name) }
        case .end: break
        }
        answer = nil
        position += 1
    }

    /// The rows of each statement, once `advance` has returned true.
    func outcome(on connection: Connection) throws(PostgresError) -> [QueryResult] {
        if let fault {
            if connection.handle != nil { _ = PQexitPipelineMode(connection.handle) }
            throw fault
        }
        guard position == steps.count, PQexitPipelineMode(connection.handle) == 1 else {
            throw connection.failure()
        }
        return results
    }
}

extension PostgresError {
    /// Whether a prepared statement no longer fits its tables, or the server has forgotten it.
    var isStalePlan: Bool {
        ["26000", "0A000"].contains(sqlState)
    }
}

/// Lends a null-terminated array of C strings.
func withPointers<Value>(
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
