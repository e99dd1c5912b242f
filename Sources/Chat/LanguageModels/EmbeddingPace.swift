import Synchronization

/// Adjusts how many texts an embedding model gets in one request: as many as it can process in
/// time.
final class EmbeddingPace: Sendable {
    private struct State {
        var batch: Int
        /// Consecutive requests that were answered quickly.
        var quick = 0
    }

    /// Consecutive quick answers after which the batch grows.
    private static let patience = 32

    private let longest: Int
    private let state: Mutex<State>

    init(longest: Int) {
        self.longest = longest
        state = Mutex(State(batch: longest))
    }

    /// The number of texts for the next request.
    var batch: Int { state.withLock { $0.batch } }

    /// Notes that a request with this many texts took too long.
    ///
    /// - Returns: whether it can be retried in halves.
    func slowed(at count: Int) -> Bool {
        guard count > 1 else { return false }
        state.withLock { state in
            state.batch = min(state.batch, max(1, count / 2))
            state.quick = 0
        }
        return true
    }

    /// Notes that a request with this many texts was answered; it was quick if it took less than a
    /// quarter of the time limit.
    func kept(_ count: Int, milliseconds: Int, of limit: Int) {
        state.withLock { state in
            guard state.batch < longest, count == state.batch else { return }
            state.quick = milliseconds < limit / 4 ? state.quick + 1 : 0
            guard state.quick >= Self.patience else { return }
            state.batch = min(longest, state.batch * 2)
            state.quick = 0
        }
    }
}
