import FoundationEssentials
import Synchronization

/// An answer in progress or recently ended: its log, and the means to end it.
final class RunningAnswer: Sendable {
    /// Why an answer was ended early.
    enum Ending: Hashable, Sendable {
        /// The visitor stopped it.
        case stopped
        /// Its reader has left and did not return in time, or cannot.
        case abandoned
        /// The server is shutting down.
        case shutdown
    }

    private struct State {
        var task: Task<Void, Never>?
        var ending: Ending?
    }

    let log: AnswerLog
    let caller: Ceilings.Caller
    /// The stored exchange; nil for an answer that is not stored.
    let exchange: Exchange?
    /// Whether a reader who has left may return.
    let isResumable: Bool
    private let state = Mutex(State())

    init(log: AnswerLog, caller: Ceilings.Caller, exchange: Exchange?, isResumable: Bool) {
        self.log = log
        self.caller = caller
        self.exchange = exchange
        self.isResumable = isResumable
    }

    var identity: AnswerIdentity { log.identity }

    /// Set when the answer was ended early.
    var ending: Ending? { state.withLock { $0.ending } }

    /// Starts the work; `end` cancels it.
    func start(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            let task = Task { await work() }
            state.task = task
            if state.ending != nil { task.cancel() }
        }
    }

    /// Ends the work early; the first reason is kept.
    func end(_ reason: Ending) {
        let task = state.withLock { state in
            if state.ending == nil { state.ending = reason }
            return state.task
        }
        task?.cancel()
    }

    /// Waits until the work has ended.
    func wait() async { await state.withLock { $0.task }?.value }

    /// Creates a reader. When the last reader leaves an answer that cannot be resumed, its work
    /// ends.
    func reader(after position: Int = 0) -> AnswerReader {
        log.reader(after: position) { [weak self] in
            guard let self, !isResumable else { return }
            end(.abandoned)
        }
    }
}
