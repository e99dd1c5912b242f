import Synchronization
import System

/// Requests from tasks to the pool's thread, and results from the connector.
final class PoolQueue: Sendable {
    /// Whether calls can be served.
    enum Health {
        /// Connections are being made: calls wait.
        case connecting
        case open
        /// No connection could be made: calls fail at once with this error.
        case down(PostgresError)
    }

    /// A message to the pool's thread.
    enum Mail {
        case cancel(PoolRequest)
        case made(MadeConnection)
        case failed(PostgresError)
        /// The server has received the cancellation for the connection of this number.
        case cancelled(connection: Int)
    }

    private struct Waiting {
        var request: PoolRequest
        var since: Int
    }

    private struct State {
        var waiting: [Waiting] = []
        var mail: [Mail] = []
        var health = Health.connecting
        var isAsleep = false
        var isClosed = false
        var hasEnded = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let state = Mutex(State())
    let wake = WakeUp()

    /// - Parameter limit: the number of requests that may wait.
    init(limit: Int) { self.limit = limit }

    // MARK: From any thread

    func submit(
        _ request: PoolRequest, _ continuation: CheckedContinuation<PoolRequest.Outcome, Never>
    ) {
        request.wait(with: continuation)
        let (refusal, wakes) = state.withLock { state -> (PostgresError?, Bool) in
            if state.isClosed { return (PostgresError(.connection, "the pool was closed"), false) }
            if request.isCancelled {
                return (PostgresError(.cancelled, "the task was cancelled"), false)
            }
            if case .down(let error) = state.health { return (error, false) }
            guard state.waiting.count < limit else {
                return (Self.overload("\(limit) statements wait for a connection"), false)
            }
            state.waiting.append(Waiting(request: request, since: monotonicMilliseconds()))
            return (nil, Self.rouse(&state))
        }
        if let refusal { request.finish(.failure(refusal)) }
        if wakes { wake.signal() }
    }

    var waitingCount: Int { state.withLock { $0.waiting.count } }

    func cancel(_ request: PoolRequest) {
        request.cancel()
        post(.cancel(request))
    }

    func post(_ mail: Mail) {
        let wakes = state.withLock { state in
            state.mail.append(mail)
            return Self.rouse(&state)
        }
        if wakes { wake.signal() }
    }

    /// Takes no more requests.
    ///
    /// - Parameter continuation: resumed after the connections are closed.
    func close(_ continuation: CheckedContinuation<Void, Never>? = nil) {
        let hasEnded = state.withLock { state in
            state.isClosed = true
            if let continuation, !state.hasEnded { state.closers.append(continuation) }
            state.isAsleep = false
            return state.hasEnded
        }
        if hasEnded { continuation?.resume() }
        wake.signal()
    }

    /// Whether the thread sleeps and must be woken by the caller; no other caller then has to.
    private static func rouse(_ state: inout State) -> Bool {
        defer { state.isAsleep = false }
        return state.isAsleep
    }

    private static func overload(_ message: String) -> PostgresError {
        PostgresError(
            .overloaded, message, hint: "try again later, or give the pool more connections")
    }

    // MARK: From the pool's thread

    var isClosed: Bool { state.withLock { $0.isClosed } }

    func takeMail() -> [Mail] {
        state.withLock { state in
            if state.mail.isEmpty { return [] }
            defer { state.mail = [] }
            return state.mail
        }
    }

    /// Takes the oldest requests that were not cancelled.
    func take(_ count: Int) -> [PoolRequest] {
        guard count > 0 else { return [] }
        return state.withLock { state in
            let taken = state.waiting.prefix(count).map(\.request)
            state.waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// Refuses the requests made before this time, by the monotonic clock.
    ///
    /// - Returns: the time at which the next waiting request was made; nil when none waits.
    func refuse(before time: Int, waiting deadline: Int) -> Int? {
        let (late, health, next) = state.withLock { state in
            let late = state.waiting.prefix { $0.since <= time }.map(\.request)
            state.waiting.removeFirst(late.count)
            return (late, state.health, state.waiting.first?.since)
        }
        for request in late {
            if case .open = health {
                request.finish(
                    .failure(Self.overload("all connections have been at work for \(deadline) ms")))
            } else {
                request.finish(
                    .failure(
                        PostgresError(
                            .connection, "no connection could be made within \(deadline) ms")))
            }
        }
        return next
    }

    /// Removes a waiting request; returns nil when it does not wait.
    func remove(_ request: PoolRequest) -> PoolRequest? {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.request === request }) else {
                return nil
            }
            return state.waiting.remove(at: index).request
        }
    }

    /// Sets the health; when the server is down, all waiting requests fail.
    func become(_ health: Health) {
        let waiting = state.withLock { state -> [Waiting] in
            state.health = health
            guard case .down = health else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        if case .down(let error) = health {
            for entry in waiting { entry.request.finish(.failure(error)) }
        }
    }

    /// Called before the thread sleeps.
    ///
    /// - Returns: false when there is work to do first.
    func fallAsleep(hasFreeConnection: Bool) -> Bool {
        state.withLock { state in
            guard state.mail.isEmpty, state.waiting.isEmpty || !hasFreeConnection else {
                return false
            }
            // After closing, the thread itself checks whether it is done.
            state.isAsleep = true
            return true
        }
    }

    func wakeUp() {
        state.withLock { $0.isAsleep = false }
        wake.clear()
    }

    /// The thread has ended.
    func end() {
        let (closers, waiting) = state.withLock { state in
            state.hasEnded = true
            defer {
                state.closers = []
                state.waiting = []
            }
            return (state.closers, state.waiting)
        }
        for entry in waiting {
            entry.request.finish(.failure(PostgresError(.connection, "the pool was closed")))
        }
        for closer in closers { closer.resume() }
    }
}
