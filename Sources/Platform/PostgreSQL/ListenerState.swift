/// Decides a listener's next action. It gets the time from its callers and performs no I/O.
///
/// All times are milliseconds of a monotonic clock.
struct ListenerState {
    enum Action: Hashable {
        case connect
        case askForSign
        /// No reply came to the connection check: the connection counts as lost.
        case giveUp
        /// Wait for notifications at most this long, then ask again.
        case wait(milliseconds: Int)
    }

    /// Milliseconds from a reply to the next check.
    static let interval = 4000
    /// Milliseconds from a check to giving up.
    static let patience = 6000
    private enum Phase {
        case pausing(until: Int)
        case listening(askAt: Int)
        case waitingForSign(until: Int)
    }

    private var phase = Phase.pausing(until: .min)
    /// Reset by a reply.
    private var pause = ReconnectPause()

    func action(at now: Int) -> Action {
        switch phase {
        case .pausing(let end): now >= end ? .connect : .wait(milliseconds: end - now)
        case .listening(let time): now >= time ? .askForSign : .wait(milliseconds: time - now)
        case .waitingForSign(let end): now >= end ? .giveUp : .wait(milliseconds: end - now)
        }
    }

    mutating func connected(at now: Int) { phase = .listening(askAt: now + Self.interval) }

    mutating func asked(at now: Int) { phase = .waitingForSign(until: now + Self.patience) }

    /// The check was answered. Only this makes the next pause short again: a server that accepts
    /// connections and drops them should not be retried quickly.
    mutating func answered(at now: Int) {
        pause.reset()
        phase = .listening(askAt: now + Self.interval)
    }

    /// The connection was lost, or an attempt failed.
    ///
    /// - Parameter chance: 0 to 1, so that many listeners do not reconnect at the same moment.
    mutating func lost(at now: Int, chance: Double) {
        phase = .pausing(until: now + pause.next(chance: chance))
    }
}
