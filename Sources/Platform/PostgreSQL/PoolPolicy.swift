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
        indirect case fail(request: Int, PostgresError)
        /// The pool has ended: every request is answered, every connection closed.
        case end
    }

    private enum Phase {
        case idle, working, stopping, stopped, settling
    }

    /// Why a statement is to be stopped.
    private enum Reason {
        case cancelled, deadline
    }

    /// A connection. Has no references, because it is changed twice for each round trip.
    private struct Member {
        let number: Int
        var phase = Phase.idle
        /// The request that it serves while it is `working`, `stopping` or `stopped`.
        var request = 0
        /// Set while it is `stopping` or `stopped`.
        var reason: Reason?
        /// The time at which the phase ends; the largest number when it is `idle`.
        var until = Int.max
        /// Whether the connection has answered anything yet.
        var hasAnswered = false

        var isServing: Bool { phase != .idle && phase != .settling }

        mutating func rest() {
            phase = .idle
            reason = nil
            until = .max
        }
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
        var due = members.reduce(Int.max) { min($0, $1.until) }
        if let first = waiting.first { due = min(due, first.since + settings.acquireDeadline) }
        if wantsConnection { due = min(due, nextAttempt) }
        return due < .max ? due : nil
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
        if waiting.isEmpty, let index = members.firstIndex(where: { $0.phase == .idle }) {
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
            return proceed(after: [.fail(request: request, Self.cancelled)], at: now)
        }
        let index = members.firstIndex { $0.phase == .working && $0.request == request }
        return index.map { [stop($0, .cancelled, at: now)] } ?? []
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
        return proceed(after: failures, at: now)
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
        guard let index = index(of: connection), members[index].isServing else { return [] }
        var actions = [end(of: members[index], isStopped: wasStopped)]
        members[index].hasAnswered = true
        if members[index].phase == .stopping {
            members[index].phase = .settling
        } else {
            members[index].rest()
        }
        if !remains {
            remove(index, at: now, chance: chance())
            actions.append(.close(connection: connection))
        }
        return proceed(after: actions, at: now)
    }

    /// The connection was lost and is already closed.
    mutating func lost(
        _ connection: Int, at now: Int, chance: @autoclosure () -> Double
    ) -> [Action] {
        guard let index = index(of: connection) else { return [] }
        let member = members[index]
        remove(index, at: now, chance: chance())
        return proceed(
            after: member.isServing ? [end(of: member, isStopped: true)] : [], at: now)
    }

    /// What becomes of the request that a connection serves.
    private func end(of member: Member, isStopped: Bool) -> Action {
        guard isStopped, let reason = member.reason else {
            return .deliver(request: member.request)
        }
        return .fail(
            request: member.request,
            reason == .cancelled ? Self.cancelled : Self.deadline(settings.statementDeadline))
    }

    /// The server has received the cancellation, which affects only statements sent before.
    mutating func cancellationArrived(_ connection: Int, at now: Int) -> [Action] {
        guard let index = index(of: connection) else { return [] }
        switch members[index].phase {
        case .stopping: members[index].phase = .stopped
        case .settling: members[index].rest()
        case .idle, .working, .stopped: break
        }
        return proceed(at: now)
    }

    // MARK: The pool

    /// Does what is due, at the start and at the time of `nextDue`.
    mutating func tick(at now: Int, chance: @autoclosure () -> Double) -> [Action] {
        var actions: [Action] = []
        for index in members.indices.reversed() where members[index].until <= now {
            let member = members[index]
            if member.phase == .working {
                actions.append(stop(index, .deadline, at: now))
                continue
            }
            // The statement was told to stop and did not, or the cancellation does not arrive.
            remove(index, at: now, chance: chance())
            actions.append(.close(connection: member.number))
            if member.isServing { actions.append(end(of: member, isStopped: true)) }
        }
        let late = waiting.prefix { $0.since + settings.acquireDeadline <= now }
        waiting.removeFirst(late.count)
        actions += late.map { .fail(request: $0.request, lateness) }
        return proceed(after: actions, at: now)
    }

    /// Takes no more requests, completes the others, then closes the connections.
    mutating func close(at now: Int) -> [Action] {
        isClosed = true
        return proceed(at: now)
    }

    /// Adds what follows from any change.
    private mutating func proceed(after actions: [Action] = [], at now: Int) -> [Action] {
        var actions = actions
        while let next = waiting.first, let index = members.firstIndex(where: { $0.phase == .idle })
        {
            waiting.removeFirst()
            actions.append(begin(next.request, on: index, at: now))
        }
        if wantsConnection, nextAttempt <= now {
            isConnecting = true
            actions.append(.connect)
        }
        if isClosed, !hasEnded, waiting.isEmpty, members.allSatisfy({ $0.phase == .idle }) {
            hasEnded = true
            actions += members.map { .close(connection: $0.number) } + [.end]
            members = []
        }
        return actions
    }

    private mutating func begin(_ request: Int, on index: Int, at now: Int) -> Action {
        members[index].phase = .working
        members[index].request = request
        members[index].until = now + settings.statementDeadline
        return .begin(request: request, connection: members[index].number)
    }

    private mutating func stop(_ index: Int, _ reason: Reason, at now: Int) -> Action {
        members[index].phase = .stopping
        members[index].reason = reason
        members[index].until = now + Self.patience
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
