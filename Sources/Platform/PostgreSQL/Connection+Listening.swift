import CLibPQ

extension Connection {
    /// The notifications from the server, and whether it answered `askForSign`.
    struct News {
        var notifications = 0
        /// The payloads of the notifications, each once.
        var payloads: Set<String> = []
        var gaveSign = false
    }

    /// For `poll`; -1 when the connection is lost.
    var socket: Int32 { PQsocket(handle) }

    /// Sends a statement that every server answers at once, and does not wait for the answer.
    func askForSign() throws(PostgresError) {
        guard PQsendQuery(handle, "SELECT 1") == 1, PQflush(handle) >= 0 else { throw failure() }
    }

    /// Reads what has arrived, without waiting.
    func takeNews() throws(PostgresError) -> News {
        var news = News()
        guard PQconsumeInput(handle) == 1 else { throw failure() }
        while PQisBusy(handle) == 0, let result = PQgetResult(handle) {
            news.gaveSign = try check(result).count == 1
        }
        while let notification = PQnotifies(handle) {
            news.payloads.insert(notification.pointee.extra.map { String(cString: $0) } ?? "")
            PQfreemem(notification)
            news.notifications += 1
        }
        return news
    }
}
