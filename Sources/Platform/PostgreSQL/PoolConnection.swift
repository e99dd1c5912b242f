import System

/// One connection of a pool and its current round trip. Belongs to `PoolService`.
final class PoolConnection {
    typealias Outcome = Result<[QueryResult], PostgresError>

    let number: Int
    let connection: Connection
    /// Set while the connection is watched.
    var registration: EventLoop.Registration?
    private var queries: [Query] = []
    private var trip: RoundTrip?
    /// Whether the statements were sent a second time because a table had been altered.
    private var isSecond = false
    /// Whether the socket has not taken all statements yet.
    private(set) var hasUnsent = false

    init(_ connection: Connection, number: Int) {
        self.connection = connection
        self.number = number
    }

    var isLost: Bool { connection.handle == nil }

    /// Begins a round trip. When it throws, the connection is lost.
    func begin(_ queries: [Query]) throws(PostgresError) {
        self.queries = queries
        isSecond = false
        try send()
    }

    private func send() throws(PostgresError) {
        trip = try RoundTrip(queries, on: connection)
        hasUnsent = try !connection.flush()
    }

    /// Reads the bytes that have arrived.
    ///
    /// - Returns: the outcome of the round trip once it is complete.
    func advance() -> Outcome? {
        do throws(PostgresError) {
            try connection.read()
            // Without a round trip this is a notice, or the end of the session.
            guard trip != nil else { return nil }
            hasUnsent = try !connection.flush()
            guard trip?.advance(on: connection) == true else { return nil }
            do throws(PostgresError) {
                return finish(.success(try trip?.outcome(on: connection) ?? []))
            } catch {
                guard error.isStalePlan, connection.isIdle, !isSecond else { throw error }
                // Prepares and sends the statements again. Nothing has taken effect.
                isSecond = true
                try send()
                return nil
            }
        } catch {
            return finish(.failure(error))
        }
    }

    private func finish(_ outcome: Outcome) -> Outcome {
        trip = nil
        queries = []
        hasUnsent = false
        return outcome
    }
}
