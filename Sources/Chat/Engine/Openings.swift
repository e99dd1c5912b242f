import FoundationEssentials
import Synchronization

/// The answers that are spoken before their question is stored, so that of two equal requests at one
/// moment only the first does so.
final class Openings: Sendable {
    private let waiting = Mutex<[UUID: [CheckedContinuation<Void, Never>]]>([:])

    /// - Returns: false when another request is about to make the same answer.
    func enter(_ answer: UUID) -> Bool {
        waiting.withLock { waiting in
            guard waiting[answer] == nil else { return false }
            waiting[answer] = []
            return true
        }
    }

    /// The answer can be found by others now, or will not be.
    func leave(_ answer: UUID) {
        let others = waiting.withLock { $0.removeValue(forKey: answer) }
        for other in others ?? [] { other.resume() }
    }

    /// Waits until nobody is about to make this answer.
    func wait(for answer: UUID) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[answer] != nil else { return true }
                waiting[answer]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }
}
