/// Decides what a listener does next; knows the time only from its callers, and does nothing itself.
///
/// All times are milliseconds of a clock that never goes back.
struct ListenerState {
    enum Action: Hashable {
        case connect
        case askForSign
        /// The sign of life has not come: the connection is to be treated as lost.
        case giveUp
        /// Wait for news at most this long, then ask again.
        case wait(milliseconds: Int)
    }

    /// From one sign of life to the next question.
    static let interval = 4000
    /// From the question to giving up.
    static let patience = 6000
    private enum Phase {
        case pausing(until: Int)
        case listening(askAt: Int)
        case waitingForSign(until: Int)
    }

    private var phase = Phase.pausing(until: .min)
    /// Reset by a sign of life.
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

    /// The question was answered. Only this makes the next pause short again: a server that takes
    /// connections and drops them is not one to hurry back to.
    mutating func answered(at now: Int) {
        pause.reset()
        phase = .listening(askAt: now + Self.interval)
    }

    /// The connection was lost, or an attempt failed.
    ///
    /// - Parameter chance: 0 to 1, so that many listeners do not come back at the same moment.
    mutating func lost(at now: Int, chance: Double) {
        phase = .pausing(until: now + pause.next(chance: chance))
    }
}
