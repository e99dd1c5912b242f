/// Decides whether an endpoint is asked, based on the outcomes of its latest requests.
///
/// All times are milliseconds of a monotonic clock.
struct CircuitBreaker: Hashable, Sendable {
    /// Consecutive failures, without a complete answer between them, after which the breaker opens.
    static let threshold = 5
    /// How long the breaker stays open: at first, and at most.
    static let shortestPause = 5000
    static let longestPause = 60_000

    private enum Phase: Hashable {
        case closed(failures: Int)
        case open(until: Int)
        /// One request is in progress to test the endpoint.
        case probing
    }

    /// Whether the endpoint's answers begin with thoughts without an opening mark; nil until an
    /// answer has shown it.
    var beginsWithThoughts: Bool?
    private var phase = Phase.closed(failures: 0)
    private var pause = shortestPause
    /// The server asked for no requests until then.
    private(set) var heldUntil = Int.min

    /// Whether a request may be made now. Each admitted request is followed by one of the calls
    /// below.
    mutating func admits(at now: Int) -> Bool {
        guard now >= heldUntil else { return false }
        switch phase {
        case .closed: return true
        case .probing: return false
        case .open(let end):
            guard now >= end else { return false }
            phase = .probing
            return true
        }
    }

    /// Notes the first text: other requests are admitted again, but one more failure opens the
    /// breaker.
    mutating func spoke() {
        if case .probing = phase { phase = .closed(failures: Self.threshold - 1) }
    }

    mutating func completed() {
        phase = .closed(failures: 0)
        pause = Self.shortestPause
    }

    mutating func failed(at now: Int) {
        switch phase {
        case .closed(let failures) where failures + 1 < Self.threshold:
            phase = .closed(failures: failures + 1)
        case .closed, .probing:
            phase = .open(until: now + pause)
            pause = min(pause * 2, Self.longestPause)
        case .open: break
        }
    }

    /// Notes that a request told nothing about the endpoint: it was cancelled, or was itself
    /// invalid.
    mutating func learnedNothing(at now: Int) {
        if case .probing = phase { phase = .open(until: now) }
    }

    mutating func hold(until time: Int) { heldUntil = max(heldUntil, time) }

    var isClosed: Bool { if case .closed = phase { true } else { false } }
}
