import FoundationEssentials
import Synchronization

/// The answers that are spoken before their question is stored, so that of equal requests only the
/// first does so: a model is not asked again for what is being said, or was said lately.
///
/// Only a request with an idempotency key can come again as the same.
final class Openings: Sendable {
    private struct State {
        /// Answers that are about to be found by others, and who waits for that.
        var waiting: [UUID: [CheckedContinuation<Void, Never>]] = [:]
        /// Answers that were opened, in two generations, so that old ones are forgotten.
        var recent: Set<UUID> = []
        var older: Set<UUID> = []
    }

    /// Answers of one generation: 16 bytes each.
    private static let generation = 2048

    private let state = Mutex(State())

    /// - Returns: false when another request makes this answer, or made it lately.
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

    /// The answer can be found by others now, or will not be.
    func leave(_ question: Question) {
        let others = state.withLock { $0.waiting.removeValue(forKey: question.ids.answer) }
        for other in others ?? [] { other.resume() }
    }

    /// Waits until nobody is about to make this answer.
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
