import Synchronization

/// Wakes the loop of one node; reasons accumulate while it is busy, and none is lost.
final class WatchSignal: Sendable {
    struct Reasons: OptionSet, Sendable {
        let rawValue: Int
        /// The database reported a commit.
        static let notified = Reasons(rawValue: 1)
        /// Everything must be compared.
        static let reconciliation = Reasons(rawValue: 2)
        static let cancelled = Reasons(rawValue: 4)
    }

    private struct State {
        var reasons: Reasons = []
        var waiting: (ticket: Int, continuation: CheckedContinuation<Reasons, Never>)?
        var ticket = 0
    }

    private let state = Mutex(State())

    func signal(_ reasons: Reasons) {
        let continuation = state.withLock { state in
            state.reasons.formUnion(reasons)
            return Self.takeWaiting(&state)
        }
        continuation?.0.resume(returning: continuation?.1 ?? [])
    }

    /// Drops reasons that the next step handles, so that the work is not done twice.
    func forget(_ reasons: Reasons) { state.withLock { $0.reasons.subtract(reasons) } }

    /// Sleeps until something happens, or the time is over.
    ///
    /// - Returns: the reasons since the last call; empty when only time passed.
    func wait(milliseconds: Int) async -> Reasons {
        let ticket = state.withLock { state in
            state.ticket += 1
            return state.ticket
        }
        let timer = Task {
            try await Task.sleep(for: .milliseconds(milliseconds))
            self.expire(ticket)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now: Reasons? = state.withLock { state in
                    if state.reasons.isEmpty {
                        state.waiting = (ticket, continuation)
                        return nil
                    }
                    defer { state.reasons = [] }
                    return state.reasons
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            signal(.cancelled)
        }
    }

    private func expire(_ ticket: Int) {
        let continuation = state.withLock { state in
            state.waiting?.ticket == ticket ? Self.takeWaiting(&state) : nil
        }
        continuation?.0.resume(returning: continuation?.1 ?? [])
    }

    private static func takeWaiting(
        _ state: inout State
    ) -> (CheckedContinuation<Reasons, Never>, Reasons)? {
        guard let waiting = state.waiting else { return nil }
        let reasons = state.reasons
        state.waiting = nil
        state.reasons = []
        return (waiting.continuation, reasons)
    }
}
