import Synchronization

/// The answers in progress and those that ended recently, from which a reader who lost the
/// connection gets the rest.
final class AnswerRegistry: Sendable {
    struct Limits: Hashable, Sendable {
        /// Milliseconds for which an ended answer is kept.
        var kept = 60_000
        /// Milliseconds for which an answer continues without a reader.
        var patience = 30_000
        /// Maximum size of ended answers in bytes.
        var bytes = 64 << 20
    }

    private let limits: Limits
    private let answers = Mutex<[String: RunningAnswer]>([:])

    init(limits: Limits = Limits()) { self.limits = limits }

    /// Adds an answer, unless one with the same id is registered.
    ///
    /// - Returns: the registered answer.
    func add(_ answer: RunningAnswer) -> RunningAnswer {
        answers.withLock { answers in
            if let known = answers[answer.identity.answer] { return known }
            answers[answer.identity.answer] = answer
            return answer
        }
    }

    /// Removes an ended answer, unless a reader may resume it.
    func removeEnded(_ answer: RunningAnswer) {
        guard !answer.isResumable else { return }
        answers.withLock { answers in
            if answers[answer.identity.answer] === answer { answers[answer.identity.answer] = nil }
        }
    }

    /// - Parameter id: of the answer's message.
    subscript(id: String) -> RunningAnswer? { answers.withLock { $0[id] } }

    /// The answers in progress.
    var running: [RunningAnswer] {
        answers.withLock { Array($0.values) }.filter { $0.log.outcome == nil }
    }

    /// The number of registered answers, including ended ones.
    var count: Int { answers.withLock { $0.count } }

    /// Ends answers without readers, and removes those that ended some time ago.
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
        // Keeps the newest, as far as there is room.
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
