import Synchronization

/// How many texts an embedding model is given at once: as many as it can do in time.
final class EmbeddingPace: Sendable {
    private struct State {
        var batch: Int
        /// Requests in a row that were answered quickly.
        var quick = 0
    }

    /// Quick answers in a row after which more texts are tried.
    private static let patience = 32

    private let longest: Int
    private let state: Mutex<State>

    init(longest: Int) {
        self.longest = longest
        state = Mutex(State(batch: longest))
    }

    /// The number of texts for the next request.
    var batch: Int { state.withLock { $0.batch } }

    /// A request with so many texts took too long.
    ///
    /// - Returns: whether it can be asked for in halves.
    func slowed(at count: Int) -> Bool {
        guard count > 1 else { return false }
        state.withLock { state in
            state.batch = min(state.batch, max(1, count / 2))
            state.quick = 0
        }
        return true
    }

    /// A request with so many texts was answered; quickly, when it took less than a quarter of the time
    /// that it had.
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
