/// Decides whether an endpoint is asked at all, by what became of the last questions.
///
/// All times are milliseconds of a clock that never goes back.
struct CircuitBreaker: Hashable, Sendable {
    /// Failures in a row, without a complete answer between them, after which it opens.
    static let threshold = 5
    /// How long it is open, the first time and at most.
    static let shortestPause = 5000
    static let longestPause = 60_000

    private enum Phase: Hashable {
        case closed(failures: Int)
        case open(until: Int)
        /// One question is under way to find out.
        case probing
    }

    /// Whether the endpoint's answers begin with thoughts that no mark opens; nil before one told.
    var beginsWithThoughts: Bool?
    private var phase = Phase.closed(failures: 0)
    private var pause = shortestPause
    /// The server asked to be left alone until then.
    private(set) var heldUntil = Int.min

    /// Whether a question may be asked now; each one that may is followed by one of the calls below.
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

    /// The first text is there: others may ask again, but the next failure counts as the last one.
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

    /// The question told nothing about the endpoint: it was cancelled, or was itself at fault.
    mutating func learnedNothing(at now: Int) {
        if case .probing = phase { phase = .open(until: now) }
    }

    mutating func hold(until time: Int) { heldUntil = max(heldUntil, time) }

    var isClosed: Bool { if case .closed = phase { true } else { false } }
}
