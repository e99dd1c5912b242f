import Synchronization

/// One round trip that a task waits for.
final class PoolRequest: Sendable {
    typealias Outcome = Result<[QueryResult], PostgresError>

    private struct State {
        var continuation: CheckedContinuation<Outcome, Never>?
        var isCancelled = false
    }

    let queries: [Query]
    private let state = Mutex(State())

    init(_ queries: [Query]) { self.queries = queries }

    /// Whether the waiting task was cancelled.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func cancel() { state.withLock { $0.isCancelled = true } }

    func wait(with continuation: CheckedContinuation<Outcome, Never>) {
        state.withLock { $0.continuation = continuation }
    }

    /// Resumes the waiting task; only the first outcome counts.
    func finish(_ outcome: Outcome) {
        let continuation = state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: outcome)
    }
}
