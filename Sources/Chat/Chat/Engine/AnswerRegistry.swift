import Synchronization

/// The answers that are under way, and those that ended a moment ago, so that a reader who lost the
/// connection gets the rest.
final class AnswerRegistry: Sendable {
    struct Limits: Hashable, Sendable {
        /// Milliseconds that an ended answer is kept.
        var kept = 60_000
        /// Milliseconds that an answer goes on with nobody reading it.
        var patience = 30_000
        /// Bytes of ended answers.
        var bytes = 64 << 20
    }

    private let limits: Limits
    private let answers = Mutex<[String: RunningAnswer]>([:])

    init(limits: Limits = Limits()) { self.limits = limits }

    /// Takes up an answer, unless one of its identity is there.
    ///
    /// - Returns: the one that is there now.
    func add(_ answer: RunningAnswer) -> RunningAnswer {
        answers.withLock { answers in
            if let known = answers[answer.identity.answer] { return known }
            answers[answer.identity.answer] = answer
            return answer
        }
    }

    /// Forgets an answer that has ended, unless a reader may come back for it.
    func letGo(_ answer: RunningAnswer) {
        guard !answer.isResumable else { return }
        answers.withLock { answers in
            if answers[answer.identity.answer] === answer { answers[answer.identity.answer] = nil }
        }
    }

    /// - Parameter id: of the answer's message.
    subscript(id: String) -> RunningAnswer? { answers.withLock { $0[id] } }

    /// The answers that are under way.
    var running: [RunningAnswer] {
        answers.withLock { Array($0.values) }.filter { $0.log.outcome == nil }
    }

    /// How many are kept, ended ones among them.
    var count: Int { answers.withLock { $0.count } }

    /// Ends what nobody waits for any more, and forgets what has ended for a while.
    ///
    /// - Parameter now: milliseconds of the logs' clock.
    func sweep(now: Int) {
        var ended: [(answer: RunningAnswer, since: Int)] = []
        for answer in answers.withLock({ Array($0.values) }) {
            guard let since = answer.log.quietSince else { continue }
            if answer.log.outcome != nil {
                ended.append((answer, since))
            } else if now - since >= (answer.isResumable ? limits.patience : 1000) {
                answer.end(.abandoned)
            }
        }
        // The newest first, as far as there is room.
        ended.sort { $0.since > $1.since }
        var bytes = 0
        var forgotten: [String] = []
        for (answer, since) in ended {
            bytes += answer.log.size + 1024
            if now - since >= limits.kept || bytes > limits.bytes {
                forgotten.append(answer.identity.answer)
            }
        }
        answers.withLock { answers in
            for id in forgotten { answers[id] = nil }
        }
    }
}
