import Synchronization

/// A reader of an answer. The answer counts it as a reader until it is released.
///
/// Only one task may use it at a time.
final class AnswerReader: Sendable {
    let log: AnswerLog
    private let number: Int
    /// The last event read.
    private let position: Atomic<Int>
    private let isOver = Atomic(false)

    private let onAbandonment: (@Sendable () -> Void)?

    init(
        log: AnswerLog, number: Int, position: Int, onAbandonment: (@Sendable () -> Void)? = nil
    ) {
        self.onAbandonment = onAbandonment
        self.log = log
        self.number = number
        self.position = Atomic(position)
    }

    deinit {
        if log.leave(reader: number) { onAbandonment?() }
    }

    /// Waits for the next events and shows those available, up to about 32 KiB.
    ///
    /// - Returns: false after the end was shown, or when the task is cancelled.
    func next(_ show: (_ number: Int, AnswerLog.Event) -> Void) async -> Bool {
        guard !isOver.load(ordering: .relaxed) else { return false }
        let start = position.load(ordering: .relaxed)
        await log.wait(after: start, reader: number)
        guard !Task.isCancelled else { return false }
        let (end, isEnd) = log.read(after: start, show)
        position.store(end, ordering: .relaxed)
        if isEnd { isOver.store(true, ordering: .relaxed) }
        return end > start || !isEnd
    }
}
