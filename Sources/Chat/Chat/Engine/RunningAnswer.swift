import FoundationEssentials
import Synchronization

/// An answer that is being made, or was made a moment ago: its log, and the means to end it.
final class RunningAnswer: Sendable {
    /// Why an answer is ended before its time.
    enum Ending: Hashable, Sendable {
        /// Its visitor said so.
        case stopped
        /// Whoever asked is gone, and may not come back for it.
        case abandoned
        /// The server is about to end.
        case shutdown
    }

    private struct State {
        var task: Task<Void, Never>?
        var ending: Ending?
    }

    let log: AnswerLog
    let caller: Ceilings.Caller
    /// What is stored of it; nil for an answer that is not stored.
    let exchange: Exchange?
    /// Whether a reader who has gone may come back.
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

    /// Begins the work; it is cancelled by `end`.
    func start(_ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            let task = Task { await work() }
            state.task = task
            if state.ending != nil { task.cancel() }
        }
    }

    /// Ends the work early; the first reason counts.
    func end(_ reason: Ending) {
        let task = state.withLock { state in
            if state.ending == nil { state.ending = reason }
            return state.task
        }
        task?.cancel()
    }

    /// Waits until the work has come to its end.
    func wait() async { await state.withLock { $0.task }?.value }

    /// A reader; when the last one leaves an answer that cannot be resumed, its work ends at once.
    func reader(after position: Int = 0) -> AnswerReader {
        log.reader(after: position) { [weak self] in
            guard let self, !isResumable else { return }
            end(.abandoned)
        }
    }
}
