import CLibPQ
import Glibc
import SystemSupport

extension Connection {
    /// What one answer of the server belongs to.
    private enum Step {
        case prepare(sql: String)
        case query(sql: String)
        case forget(name: String)
        /// The end of a round trip, which is an answer of its own.
        case end
    }

    /// Sends all statements, then reads all answers.
    func execute(_ queries: [Query]) throws(PostgresError) -> [QueryResult] {
        guard PQenterPipelineMode(handle) == 1 else { throw failure() }
        var steps: [Step] = []
        // In a transaction that has failed, the server takes nothing but its end.
        if PQtransactionStatus(handle) != PQTRANS_INERROR, !statements.unwanted.isEmpty {
            for name in statements.unwanted {
                try send("DEALLOCATE \(unsafeSQL: name)", as: .direct)
                steps.append(.forget(name: name))
            }
            try end(&steps)
        }
        for query in queries {
            let sql = query.sql
            let plan = statements.plan(for: sql)
            try send(query, as: plan)
            if case .prepare = plan { steps.append(.prepare(sql: sql)) }
            steps.append(.query(sql: sql))
        }
        try end(&steps)
        return try collect(steps)
    }

    private func end(_ steps: inout [Step]) throws(PostgresError) {
        guard PQpipelineSync(handle) == 1 else { throw failure() }
        steps.append(.end)
    }

    private func send(_ query: Query, as plan: StatementCache.Plan) throws(PostgresError) {
        let binds = query.binds
        let isSent = withPointers(to: binds) { values in
            let count = Int32(binds.count)
            return switch plan {
            case .direct:
                PQsendQueryParams(handle, query.sql, count, nil, values, nil, nil, 1) == 1
            case .prepare(let name):
                PQsendPrepare(handle, name, query.sql, 0, nil) == 1
                    && PQsendQueryPrepared(handle, name, count, values, nil, nil, 1) == 1
            case .prepared(let name):
                PQsendQueryPrepared(handle, name, count, values, nil, nil, 1) == 1
            }
        }
        guard isSent else { throw failure() }
    }

    private func collect(_ steps: [Step]) throws(PostgresError) -> [QueryResult] {
        var results: [QueryResult] = []
        var fault: PostgresError?
        for step in steps {
            if case .end = step {
                if let end = try nextResult(within: statementDeadline) { PQclear(end) }
                continue
            }
            var answer: QueryResult?
            while let result = try nextResult(within: statementDeadline) {
                // What follows a failed statement is not run.
                guard PQresultStatus(result) != PGRES_PIPELINE_ABORTED else {
                    PQclear(result)
                    continue
                }
                do {
                    answer = try check(result)
                } catch {
                    fault = fault ?? error
                    if case .query(let sql) = step, error.isStalePlan {
                        statements.discard(sql, isOnServer: error.sqlState != "26000")
                    }
                }
            }
            switch step {
            case .prepare(let sql):
                if answer == nil { statements.discard(sql, isOnServer: false) }
            case .query: if let answer { results.append(answer) }
            case .forget(let name): if answer != nil { statements.forget(name) }
            case .end: break
            }
        }
        guard handle == nil || PQexitPipelineMode(handle) == 1 else { throw fault ?? failure() }
        if let fault { throw fault }
        return results
    }

    /// Waits for the next answer.
    ///
    /// - Parameter deadline: milliseconds, after which the connection is given up.
    /// - Returns: nil when the statement under way has no more answers.
    func nextResult(within deadline: Int) throws(PostgresError) -> OpaquePointer? {
        let end = monotonicMilliseconds() + deadline
        while handle != nil {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw failure() }
            if PQisBusy(handle) == 0 { return PQgetResult(handle) }
            let remaining = end - monotonicMilliseconds()
            guard remaining > 0 else {
                abandon()
                throw PostgresError(
                    .connection,
                    "the server has not answered for \(deadline / 1000) s, so the connection was "
                        + "closed",
                    hint: "look for what it waits for in pg_stat_activity")
            }
            let events = unsent == 0 ? POLLIN : POLLIN | POLLOUT
            var socket = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            _ = poll(&socket, 1, Int32(clamping: remaining))
            guard PQconsumeInput(handle) == 1 else { throw failure() }
        }
        return nil
    }

    /// As far as the library knows.
    var isUsable: Bool { handle != nil && PQstatus(handle) == CONNECTION_OK }

    var hasUnreadBytes: Bool {
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 0) > 0
    }

    /// Takes ownership of an answer that is rows, or an error.
    func check(_ result: OpaquePointer) throws(PostgresError) -> QueryResult {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            return QueryResult(taking: result)
        default:
            defer { PQclear(result) }
            func field(_ code: Character) -> String? {
                code.asciiValue.flatMap { PQresultErrorField(result, Int32($0)) }
                    .map { String(cString: $0) }
            }
            let message = field("M") ?? Self.message(of: handle)
            // After these the server ends the session.
            let isLost = ["FATAL", "PANIC"].contains(field("V")) || !isUsable
            if isLost { abandon() }
            throw PostgresError(
                isLost ? .connection : .server(sqlState: field("C") ?? "XX000"), message,
                detail: field("D"), hint: field("H"))
        }
    }

    /// What the library says of a call that it could not do; the connection is of no more use.
    func failure() -> PostgresError {
        guard handle != nil else { return PostgresError(.connection, "the connection was lost") }
        let message = Self.message(of: handle)
        abandon()
        return PostgresError(.connection, message)
    }

    static func message(of handle: OpaquePointer?) -> String {
        let text = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        let words = text.split(separator: "\n").joined(separator: "; ")
        return words.isEmpty ? "no reason given" : words
    }
}

extension PostgresError {
    /// A prepared statement no longer fits its tables, or the server has forgotten it.
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
