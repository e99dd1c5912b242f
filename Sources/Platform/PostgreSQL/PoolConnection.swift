import CLibPQ
import Glibc
import System

/// One connection of a pool and its current work. Used on the pool's thread.
struct PoolConnection {
    private struct Work {
        var request: PoolRequest
        var trip: RoundTrip
        /// Whether the request was sent a second time because a table had been altered.
        var isSecond = false
    }

    /// The reason for stopping the current statement.
    enum Reason {
        case cancelled
        case deadline(Int)
    }

    /// Milliseconds that the server has to stop a statement before the connection is closed.
    private static let patience = 3000

    let number: Int
    let connection: Connection
    /// The time of the next due action, by the monotonic clock; nil when there is none.
    private(set) var deadline: Int?
    /// Whether the connection has answered anything yet.
    private(set) var hasAnswered = false
    private var work: Work?
    private var reason: Reason?
    /// Whether a cancellation is on its way to the server; it could hit statements sent now.
    private var isCancelling = false

    init(_ connection: Connection, number: Int) {
        self.connection = connection
        self.number = number
    }

    var isFree: Bool { work == nil && !isCancelling && connection.handle != nil }
    var isLost: Bool { connection.handle == nil }

    /// Whether the connection works on this request.
    func isServing(_ request: PoolRequest) -> Bool { work?.request === request && reason == nil }

    /// The events for which `poll` waits.
    private(set) var hasUnsent = false

    var pollDescriptor: pollfd {
        pollfd(
            fd: connection.socket, events: Int16(hasUnsent ? POLLIN | POLLOUT : POLLIN),
            revents: 0)
    }

    /// Begins a round trip.
    ///
    /// - Parameter deadline: milliseconds until the round trip is stopped.
    mutating func begin(_ request: PoolRequest, deadline: Int) {
        do {
            work = Work(request: request, trip: try RoundTrip(request.queries, on: connection))
            self.deadline = monotonicMilliseconds() + deadline
            reason = nil
            hasUnsent = try !connection.flush()
        } catch {
            work = nil
            request.finish(.failure(error))
        }
    }

    /// Reads the bytes that have arrived and completes finished requests.
    mutating func advance() {
        do {
            try connection.read()
            if work == nil {
                // An unrequested message: a notice, or the end of the session.
                return
            }
            hasUnsent = try !connection.flush()
        } catch {
            finish(.failure(error))
            return
        }
        guard work?.trip.advance(on: connection) == true else { return }
        do {
            let results = try work?.trip.outcome(on: connection) ?? []
            finish(.success(results))
        } catch  where error.isStalePlan && connection.isIdle && work?.isSecond == false {
            beginAgain()
        } catch {
            finish(.failure(error))
        }
        // A transaction left open would include the next request.
        if work == nil, connection.handle != nil, !connection.isIdle { connection.abandon() }
    }

    /// Prepares and sends the statements again. Nothing has taken effect.
    private mutating func beginAgain() {
        guard let request = work?.request else { return }
        do {
            work = Work(
                request: request, trip: try RoundTrip(request.queries, on: connection),
                isSecond: true)
            hasUnsent = try !connection.flush()
        } catch {
            finish(.failure(error))
        }
    }

    private mutating func finish(_ outcome: PoolRequest.Outcome) {
        guard let request = work?.request else { return }
        work = nil
        hasUnsent = false
        if !isCancelling { deadline = nil }
        if !isLost { hasAnswered = true }
        guard case .failure(let error) = outcome, error.sqlState == "57014" || isLost, let reason
        else {
            request.finish(outcome)
            return
        }
        request.finish(.failure(Self.error(for: reason)))
    }

    private static func error(for reason: Reason) -> PostgresError {
        switch reason {
        case .cancelled: PostgresError(.cancelled, "the task was cancelled")
        case .deadline(let milliseconds):
            PostgresError(
                .deadline, "a statement took longer than \(milliseconds) ms and was stopped",
                hint: "look for what it waits for in pg_stat_activity")
        }
    }

    /// Begins to stop the current work.
    ///
    /// - Returns: the cancellation to send to the server, on another thread.
    mutating func stop(_ reason: Reason) -> Cancellation {
        self.reason = reason
        isCancelling = true
        deadline = monotonicMilliseconds() + Self.patience
        return Cancellation(of: connection)
    }

    /// The server has received the cancellation, which affects only statements sent before.
    mutating func cancellationArrived() {
        isCancelling = false
        if work == nil { deadline = nil }
    }

    /// Performs the due action, if any.
    mutating func takeDue(at now: Int, deadline limit: Int) -> Cancellation? {
        guard let deadline, deadline <= now else { return nil }
        if reason == nil, work != nil { return stop(.deadline(limit)) }
        // The statement was told to stop and did not.
        connection.abandon()
        finish(.failure(PostgresError(.connection, "the server does not answer")))
        return nil
    }

    /// The connection is lost, and its current work fails.
    mutating func lose() {
        finish(.failure(PostgresError(.connection, "the connection was lost")))
    }
}
