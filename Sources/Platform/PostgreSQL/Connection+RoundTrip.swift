import CLibPQ
import Core
import Glibc
import System

extension Connection {
    /// Sends all statements, then waits for all answers.
    func execute(_ queries: [Query]) throws(PostgresError) -> [QueryResult] {
        var trip = try RoundTrip(queries, on: self)
        var answers = 0
        var end = monotonicMilliseconds() + statementDeadline
        while true {
            let isSent = try flush()
            if trip.advance(on: self) { return try trip.outcome(on: self) }
            if trip.answers > answers {
                answers = trip.answers
                end = monotonicMilliseconds() + statementDeadline
            }
            try waitForNews(until: end, deadline: statementDeadline, isSent: isSent)
        }
    }

    /// Waits for the next answer.
    ///
    /// - Parameter deadline: milliseconds, after which the connection is given up.
    /// - Returns: nil when the current statement has no more answers.
    func nextResult(within deadline: Int) throws(PostgresError) -> OpaquePointer? {
        let end = monotonicMilliseconds() + deadline
        while handle != nil {
            let isSent = try flush()
            if PQisBusy(handle) == 0 { return PQgetResult(handle) }
            try waitForNews(until: end, deadline: deadline, isSent: isSent)
        }
        return nil
    }

    /// Sends as much as the socket takes without waiting.
    ///
    /// - Returns: whether everything was sent.
    func flush() throws(PostgresError) -> Bool {
        let unsent = PQflush(handle)
        guard unsent >= 0 else { throw failure() }
        return unsent == 0
    }

    /// Reads the bytes that have arrived, without waiting.
    func read() throws(PostgresError) {
        guard PQconsumeInput(handle) == 1 else { throw failure() }
    }

    private func waitForNews(
        until end: Int, deadline: Int, isSent: Bool
    ) throws(PostgresError) {
        let remaining = end - monotonicMilliseconds()
        guard remaining > 0 else {
            abandon()
            throw PostgresError(
                .connection,
                "the server has not answered for \(deadline / 1000) s, so the connection was closed",
                hint: "look for what it waits for in pg_stat_activity")
        }
        let events = isSent ? POLLIN : POLLIN | POLLOUT
        var socket = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
        _ = poll(&socket, 1, Int32(clamping: remaining))
        try read()
    }

    /// Whether the library considers the connection open.
    var isUsable: Bool { handle != nil && PQstatus(handle) == CONNECTION_OK }

    /// Whether no transaction is open.
    var isIdle: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

    var hasUnreadBytes: Bool {
        var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 0) > 0
    }

    /// Takes ownership of an answer and returns its rows or throws its error.
    func check(_ result: OpaquePointer) throws(PostgresError) -> QueryResult {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            return QueryResult(taking: result)
        default:
            defer { PQclear(result) }
            func field(_ code: Unicode.Scalar) -> String? {
                PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
            }
            let message = field("M") ?? Self.message(of: handle)
            // After these the server ends the session.
            let isLost = ["FATAL", "PANIC"].contains(field("V")) || !isUsable
            if isLost { abandon() }
            throw PostgresError(
                isLost ? .connection : .server(sqlState: field("C") ?? "XX000"), message,
                detail: field("D"), hint: field("H") ?? (isLost ? hint : nil))
        }
    }

    /// Returns the library's error for a failed call. The connection can no longer be used.
    func failure() -> PostgresError {
        guard handle != nil else {
            return PostgresError(.connection, "the connection was lost", hint: hint)
        }
        let message = Self.message(of: handle)
        abandon()
        return PostgresError(.connection, message, hint: hint)
    }

    static func message(of handle: OpaquePointer?) -> String {
        let text = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        let words = text.splitUTF8(separator: "\n").joined(separator: "; ")
        return words.isEmpty ? "no reason given" : words
    }
}
