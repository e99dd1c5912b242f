import Synchronization
import System

/// What tasks want of a pool's thread, and what the connector has for it.
final class PoolQueue: Sendable {
    /// Whether a call has something to hope for.
    enum Health {
        /// Connections are being made: calls wait.
        case connecting
        case open
        /// None could be made: calls fail at once, for this reason.
        case down(PostgresError)
    }

    /// Something for the thread to look at.
    enum Mail {
        case cancel(PoolRequest)
        case made(MadeConnection)
        case failed(PostgresError)
        /// The server has taken the cancellation for the connection of this number.
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

    /// - Parameter limit: requests that may wait.
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
    /// - Parameter continuation: resumed when the connections are closed.
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

    /// Whether the thread sleeps and must be woken; nobody else needs to do so then.
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

    /// The requests that have waited longest and are still wanted.
    func take(_ count: Int) -> [PoolRequest] {
        guard count > 0 else { return [] }
        return state.withLock { state in
            let taken = state.waiting.prefix(count).map(\.request)
            state.waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// Refuses the requests that came before this time, of the monotonic clock.
    ///
    /// - Returns: when the next of them came; nil when none waits.
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

    /// Takes a request out that waits; nil when it does not.
    func remove(_ request: PoolRequest) -> PoolRequest? {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.request === request }) else {
                return nil
            }
            return state.waiting.remove(at: index).request
        }
    }

    /// Says how it stands; when it is down, nobody waits any longer.
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

    /// To be asked before the thread sleeps.
    ///
    /// - Returns: false when there is something to do first.
    func fallAsleep(hasFreeConnection: Bool) -> Bool {
        state.withLock { state in
            guard state.mail.isEmpty, state.waiting.isEmpty || !hasFreeConnection else {
                return false
            }
            // Once closed, the thread looks by itself whether it is done.
            state.isAsleep = true
            return true
        }
    }

    func wakeUp() {
        state.withLock { $0.isAsleep = false }
        wake.clear()
    }

    /// The thread is at its end.
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
