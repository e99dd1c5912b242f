import FoundationEssentials
import Synchronization

/// Tracks answers that start before their question is stored, so that of identical requests only
/// the first starts one: the model is not asked again for an answer that is in progress or recent.
///
/// Only requests with an idempotency key can be recognised as identical.
final class AnswerStarts: Sendable {
    private struct State {
        /// Answers that are not yet in the registry, with the requests that wait for them.
        var waiting: [UUID: [CheckedContinuation<Void, Never>]] = [:]
        /// Recent answers, in two generations, so that old ones are dropped.
        var recent: Set<UUID> = []
        var older: Set<UUID> = []
    }

    /// Answers in one generation: 16 bytes each.
    private static let generation = 2048

    private let state = Mutex(State())

    /// - Returns: false when another request is making this answer, or made it recently.
    func enter(_ question: Question) -> Bool {
        guard question.idempotencyKey != nil else { return true }
        let answer = question.ids.answer
        return state.withLock { state in
            guard state.waiting[answer] == nil, !state.older.contains(answer),
                state.recent.insert(answer).inserted
            else { return false }
            state.waiting[answer] = []
            if state.recent.count == Self.generation {
                state.older = state.recent
                state.recent = []
            }
            return true
        }
    }

    /// Notes that the answer is in the registry, or will not be made.
    func leave(_ question: Question) {
        let others = state.withLock { $0.waiting.removeValue(forKey: question.ids.answer) }
        for other in others ?? [] { other.resume() }
    }

    /// Waits until no request is about to register this answer.
    func wait(for answer: UUID) async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.waiting[answer] != nil else { return true }
                state.waiting[answer]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }
}
