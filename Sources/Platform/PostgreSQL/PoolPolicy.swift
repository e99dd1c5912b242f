/// Decides what a connection pool does: which request is served next and on which connection, when
/// connections are made and given up, and what fails.
///
/// Pure: callers report what happened, with the time in milliseconds of a monotonic clock, and
/// perform the actions returned, in order. Requests and connections are known by numbers.
///
/// A request
///
/// | State | Event | Next state | Action |
/// |---|---|---|---|
/// | new | the pool is closed, or no server can be reached | – | `fail` |
/// | new | a connection is idle | on that connection | `begin` |
/// | new | all connections are busy, fewer than `waiting` wait | waiting | |
/// | new | all connections are busy, `waiting` wait | – | `fail` |
/// | waiting | first in the queue, and a connection is idle | on that connection | `begin` |
/// | waiting | its task is cancelled | – | `fail` |
/// | waiting | `acquireDeadline` passes, or connecting fails while there is no connection | – | `fail` |
///
/// A connection
///
/// | State | Event | Next state | Action |
/// |---|---|---|---|
/// | idle | a request is assigned | working | `begin` |
/// | working | it answers | idle | `deliver` |
/// | working | the task is cancelled, or `statementDeadline` passes | stopping | `stop` |
/// | stopping | the cancellation has arrived | stopped | |
/// | stopping | it answers | settling | `deliver`, or `fail` when the statement was stopped |
/// | stopped | it answers | idle | the same |
/// | settling | the cancellation has arrived | idle | |
/// | stopping, stopped, settling | `patience` passes since `stop` | – | `close`, and `fail` the request |
/// | any | it answers and is left in a transaction | – | `deliver`, `close` |
/// | any | it is lost | – | `deliver` the error; `fail` when the request was to be stopped |
///
/// In `settling`, statements sent now could be hit by the cancellation of the last ones.
///
/// The pool
///
/// | State | Event | Next state | Action |
/// |---|---|---|---|
/// | any | fewer than `size` connections, none being made, the pause is over | the same | `connect` |
/// | any | a connection is made | open | |
/// | connecting, down | connecting fails | down | `fail` for all that wait |
/// | open | connecting fails | open | |
/// | open | the last connection is lost | connecting | |
/// | any | it is closed | closed | no more `connect` |
/// | closed | no request waits, and all connections are idle | ended | `close` for each, `end` |
///
/// The pause is longer after each failure (`ReconnectPause`). A connection that was lost before it
/// had answered anything counts as a failure, because a server that accepts connections and drops
/// them should not be retried quickly; the loss of one that had answered ends the pauses.
/// Connections are never closed for being idle.
struct PoolPolicy {
    enum Action: Hashable {
        /// Begin to make a connection.
        case connect
        case begin(request: Int, connection: Int)
        /// Ask the server to stop the connection's statement.
        case stop(connection: Int)
        case close(connection: Int)
        /// Give the request what its connection reported.
        case deliver(request: Int)
        case fail(request: Int, PostgresError)
        /// The pool has ended: every request is answered, every connection closed.
        case end
    }

    private enum Phase {
        case idle
        case working(request: Int, until: Int)
        case stopping(request: Int, error: PostgresError, until: Int)
        case stopped(request: Int, error: PostgresError, until: Int)
        case settling(until: Int)

        var request: Int? {
            switch self {
            case .working(let request, _), .stopping(let request, _, _),
                .stopped(let request, _, _):
                request
            case .idle, .settling: nil
            }
        }

        /// The error of a request that is to be stopped.
        var error: PostgresError? {
            switch self {
            case .stopping(_, let error, _), .stopped(_, let error, _): error
            case .idle, .working, .settling: nil
            }
        }

        var until: Int? {
            switch self {
            case .working(_, let until), .stopping(_, _, let until), .stopped(_, _, let until),
                .settling(let until):
                until
            case .idle: nil
            }
        }
    }

    private struct Member {
        let number: Int
        var phase = Phase.idle
        /// Whether the connection has answered anything yet.
        var hasAnswered = false

        var isIdle: Bool { if case .idle = phase { true } else { false } }
    }

    private enum Health {
        case connecting, open
        case down(PostgresError)
    }

    /// Milliseconds that the server has to stop a statement before the connection is closed.
    static let patience = 3000

    private let settings: ConnectionPool.Settings
    private var health = Health.connecting
    private var members: [Member] = []
    private var waiting: [(request: Int, since: Int)] = []
    private var isConnecting = false
    private var isClosed = false
    private(set) var hasEnded = false
    private var pause = ReconnectPause()
    /// The time of the next connection attempt.
    private var nextAttempt = Int.min

    init(_ settings: ConnectionPool.Settings) { self.settings = settings }

    /// The number of requests that wait for a connection.
    var waitingCount: Int { waiting.count }

    /// The time at which `tick` is due; nil when nothing waits for a time.
    var nextDue: Int? {
        var due = waiting.first.map { $0.since + settings.acquireDeadline }
        if wantsConnection { due = min(due ?? .max, nextAttempt) }
        for member in members {
            if let until = member.phase.until { due = min(due ?? .max, until) }
        }
        return due
    }

    private var wantsConnection: Bool {
        !isConnecting && !isClosed && members.count < settings.size
    }

    // MARK: Requests

    /// - Parameter isCancelled: whether the request's task is already cancelled.
    mutating func submit(_ request: Int, isCancelled: Bool = false, at now: Int) -> [Action] {
        if isClosed { return [.fail(request: request, Self.closed)] }
        if isCancelled { return [.fail(request: request, Self.cancelled)] }
        if case .down(let error) = health { return [.fail(request: request, error)] }
        if waiting.isEmpty, let index = members.firstIndex(where: \.isIdle) {
            return [begin(request, on: index, at: now)]
        }
        guard waiting.count < settings.waiting else {
            let message = "\(settings.waiting) statements wait for a connection"
            return [.fail(request: request, Self.overload(message))]
        }
        waiting.append((request, now))
        return []
    }

    mutating func cancel(_ request: Int, at now: Int) -> [Action] {
        if let index = waiting.firstIndex(where: { $0.request == request }) {
            waiting.remove(at: index)
            return [.fail(request: request, Self.cancelled)] + proceed(at: now)
        }
        for index in members.indices {
            guard case .working(request, _) = members[index].phase else { continue }
            return [stop(request, on: index, Self.cancelled, at: now)]
        }
        return []
    }

    // MARK: Connections

    mutating func connected(_ connection: Int, at now: Int) -> [Action] {
        isConnecting = false
        guard !hasEnded else { return [.close(connection: connection)] }
        members.append(Member(number: connection))
        health = .open
        return proceed(at: now)
    }

    /// - Parameter chance: 0 to 1, so that many pools do not reconnect at the same moment.
    mutating func connectingFailed(
        _ error: PostgresError, at now: Int, chance: @autoclosure () -> Double
    ) -> [Action] {
        isConnecting = false
        nextAttempt = now + pause.next(chance: chance())
        guard members.isEmpty else { return [] }
        health = .down(error)
        let failures = waiting.map { Action.fail(request: $0.request, error) }
        waiting = []
        return failures + proceed(at: now)
    }

    /// The connection has answered all statements of its request.
    ///
    /// - Parameters:
    ///   - wasStopped: whether the server says that it stopped a statement.
    ///   - remains: false when the connection cannot be used for another request.
    mutating func answered(
        _ connection: Int, wasStopped: Bool = false, remains: Bool = true, at now: Int,
        chance: @autoclosure () -> Double
    ) -> [Action] {
        guard let index = index(of: connection), let request = members[index].phase.request else {
            return []
        }
        members[index].hasAnswered = true
        let answer: Action
        if wasStopped, let error = members[index].phase.error {
            answer = .fail(request: request, error)
        } else {
            answer = .deliver(request: request)
        }
        if case .stopping(_, _, let until) = members[index].phase {
            members[index].phase = .settling(until: until)
        } else {
            members[index].phase = .idle
        }
        guard remains else {
            remove(index, at: now, chance: chance())
            return [answer, .close(connection: connection)] + proceed(at: now)
        }
        return [answer] + proceed(at: now)
    }

    /// The connection was lost and is already closed.
    mutating func lost(
        _ connection: Int, at now: Int, chance: @autoclosure () -> Double
    ) -> [Action] {
        guard let index = index(of: connection) else { return [] }
        let phase = members[index].phase
        remove(index, at: now, chance: chance())
        guard let request = phase.request else { return proceed(at: now) }
        let ending = phase.error.map { Action.fail(request: request, $0) }
        return [ending ?? .deliver(request: request)] + proceed(at: now)
    }

    /// The server has received the cancellation, which affects only statements sent before.
    mutating func cancellationArrived(_ connection: Int, at now: Int) -> [Action] {
        guard let index = index(of: connection) else { return [] }
        switch members[index].phase {
        case .stopping(let request, let error, let until):
            members[index].phase = .stopped(request: request, error: error, until: until)
        case .settling: members[index].phase = .idle
        case .idle, .working, .stopped: break
        }
        return proceed(at: now)
    }

    // MARK: The pool

    /// Does what is due, at the start and at the time of `nextDue`.
    mutating func tick(at now: Int, chance: @autoclosure () -> Double) -> [Action] {
        var actions: [Action] = []
        for index in members.indices.reversed() {
            let (number, phase) = (members[index].number, members[index].phase)
            guard let until = phase.until, until <= now else { continue }
            if case .working(let request, _) = phase {
                let error = Self.deadline(settings.statementDeadline)
                actions.append(stop(request, on: index, error, at: now))
                continue
            }
            // The statement was told to stop and did not, or the cancellation does not arrive.
            remove(index, at: now, chance: chance())
            actions.append(.close(connection: number))
            if let request = phase.request, let error = phase.error {
                actions.append(.fail(request: request, error))
            }
        }
        let late = waiting.prefix { $0.since + settings.acquireDeadline <= now }
        waiting.removeFirst(late.count)
        return actions + late.map { .fail(request: $0.request, lateness) } + proceed(at: now)
    }

    /// Takes no more requests, completes the others, then closes the connections.
    mutating func close(at now: Int) -> [Action] {
        isClosed = true
        return proceed(at: now)
    }

    /// What follows from any change.
    private mutating func proceed(at now: Int) -> [Action] {
        var actions: [Action] = []
        while let next = waiting.first, let index = members.firstIndex(where: \.isIdle) {
            waiting.removeFirst()
            actions.append(begin(next.request, on: index, at: now))
        }
        if wantsConnection, nextAttempt <= now {
            isConnecting = true
            actions.append(.connect)
        }
        if isClosed, !hasEnded, waiting.isEmpty, members.allSatisfy(\.isIdle) {
            hasEnded = true
            actions += members.map { .close(connection: $0.number) } + [.end]
            members = []
        }
        return actions
    }

    private mutating func begin(_ request: Int, on index: Int, at now: Int) -> Action {
        members[index].phase = .working(
            request: request, until: now + settings.statementDeadline)
        return .begin(request: request, connection: members[index].number)
    }

    private mutating func stop(
        _ request: Int, on index: Int, _ error: PostgresError, at now: Int
    ) -> Action {
        members[index].phase = .stopping(
            request: request, error: error, until: now + Self.patience)
        return .stop(connection: members[index].number)
    }

    private mutating func remove(_ index: Int, at now: Int, chance: @autoclosure () -> Double) {
        if members.remove(at: index).hasAnswered {
            pause.reset()
        } else {
            nextAttempt = now + pause.next(chance: chance())
        }
        if members.isEmpty { health = .connecting }
    }

    private func index(of connection: Int) -> Int? {
        members.firstIndex { $0.number == connection }
    }
}

// The errors of the pool itself.
extension PoolPolicy {
    static let closed = PostgresError(.connection, "the pool was closed")
    static let cancelled = PostgresError(.cancelled, "the task was cancelled")

    static func deadline(_ milliseconds: Int) -> PostgresError {
        PostgresError(
            .deadline, "a statement took longer than \(milliseconds) ms and was stopped",
            hint: "look for what it waits for in pg_stat_activity")
    }

    static func overload(_ message: String) -> PostgresError {
        PostgresError(
            .overloaded, message, hint: "try again later, or give the pool more connections")
    }

    /// The error of a request that has waited too long.
    private var lateness: PostgresError {
        if case .open = health {
            return Self.overload(
                "all connections have been at work for \(settings.acquireDeadline) ms")
        }
        return PostgresError(
            .connection, "no connection could be made within \(settings.acquireDeadline) ms")
    }
}
