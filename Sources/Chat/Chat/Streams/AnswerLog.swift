import Synchronization

/// The text of one answer so far, for any number of readers at their own pace.
///
/// Events are numbered from 1: the start, each piece of text, the end. A reader is only a position
/// and pulls the events after it, so a slow reader needs no buffer. The log stores the text once,
/// with the end of each piece.
final class AnswerLog: Sendable {
    /// An event passed to the closure of `read`.
    enum Event {
        case start
        /// Whole characters in UTF-8; at least one.
        case text(ArraySlice<UInt8>)
        case end(AnswerOutcome)
    }

    struct Limits: Hashable, Sendable {
        /// Maximum size of the text in bytes.
        var bytes = 256 << 10
        var pieces = 32 << 10
        /// Bytes that one `read` delivers, including overhead, to within one event.
        var batch = 32 << 10
    }

    private struct State {
        var text: [UInt8] = []
        var ends: [Int32] = []
        var outcome: AnswerOutcome?
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
        var nextReader = 0
        var readers = 0
        /// Milliseconds: when the last reader left, or when the answer ended.
        var quietSince: Int?

        mutating func takeWaiting() -> [Int: CheckedContinuation<Void, Never>] {
            guard !waiting.isEmpty else { return [:] }
            defer { waiting.removeAll(keepingCapacity: true) }
            return waiting
        }
    }

    let identity: AnswerIdentity
    private let limits: Limits
    private let state: Mutex<State>
    private let clock: @Sendable () -> Int

    /// - Parameter clock: milliseconds of a monotonic clock.
    init(
        _ identity: AnswerIdentity, limits: Limits = Limits(), clock: @escaping @Sendable () -> Int
    ) {
        self.identity = identity
        self.limits = limits
        self.clock = clock
        state = Mutex(State(quietSince: clock()))
    }

    /// Appends a piece of text.
    ///
    /// - Returns: false when the answer has ended or has reached the maximum length.
    func append(_ text: String) -> Bool {
        guard !text.isEmpty else { return true }
        let (isTaken, woken) = state.withLock { state in
            guard state.outcome == nil, state.ends.count < limits.pieces,
                state.text.count + text.utf8.count <= limits.bytes
            else { return (false, [Int: CheckedContinuation<Void, Never>]()) }
            state.text.append(contentsOf: text.utf8)
            state.ends.append(Int32(state.text.count))
            return (true, state.takeWaiting())
        }
        for continuation in woken.values { continuation.resume() }
        return isTaken
    }

    /// Ends the answer; only the first call counts.
    ///
    /// - Returns: whether this was the first call.
    @discardableResult
    func end(_ outcome: AnswerOutcome) -> Bool {
        let (isFirst, woken) = state.withLock { state in
            guard state.outcome == nil else {
                return (false, [Int: CheckedContinuation<Void, Never>]())
            }
            state.outcome = outcome
            state.quietSince = clock()
            return (true, state.takeWaiting())
        }
        for continuation in woken.values { continuation.resume() }
        return isFirst
    }

    /// The text so far.
    var text: String { state.withLock { String(decoding: $0.text, as: UTF8.self) } }

    var isEmpty: Bool { state.withLock { $0.text.isEmpty } }

    /// nil while the answer is in progress.
    var outcome: AnswerOutcome? { state.withLock { $0.outcome } }

    /// Bytes in memory.
    var size: Int { state.withLock { $0.text.count + 4 * $0.ends.count } }

    /// When the last reader left an answer in progress, or when the answer ended; nil otherwise.
    var quietSince: Int? {
        state.withLock { state in
            state.outcome != nil || state.readers == 0 ? state.quietSince : nil
        }
    }

    /// Creates a reader of the events after `position`; 0 is the beginning.
    ///
    /// - Parameter onAbandonment: called when this reader leaves before the end and was the last.
    func reader(
        after position: Int = 0, onAbandonment: (@Sendable () -> Void)? = nil
    ) -> AnswerReader {
        let (number, last) = state.withLock { state in
            state.readers += 1
            state.nextReader += 1
            let last = state.ends.count + (state.outcome == nil ? 1 : 2)
            return (state.nextReader, last)
        }
        // A position beyond the last event is reduced to it, rather than waited for.
        return AnswerReader(
            log: self, number: number, position: min(max(0, position), last),
            onAbandonment: onAbandonment)
    }

    /// - Returns: whether the last reader has left an answer that has not ended.
    func leave(reader: Int) -> Bool {
        state.withLock { state in
            state.cancelled.remove(reader)
            state.readers -= 1
            guard state.readers == 0, state.outcome == nil else { return false }
            state.quietSince = clock()
            return true
        }
    }

    /// Approximate overhead of an event in transit, which exceeds the text of tiny pieces.
    private static let eventBytes = 48

    /// Calls `show` with the events after `position`, up to the limit of one batch.
    ///
    /// - Returns: the number of the last event shown, and whether it is the end.
    func read(
        after position: Int, _ show: (_ number: Int, Event) -> Void
    ) -> (position: Int, isEnd: Bool) {
        state.withLock { state in
            var position = max(0, position)
            var shown = 0
            if position == 0 {
                position = 1
                show(1, .start)
            }
            while position - 1 < state.ends.count, shown < limits.batch {
                let start = position > 1 ? Int(state.ends[position - 2]) : 0
                let slice = state.text[start..<Int(state.ends[position - 1])]
                position += 1
                shown += slice.count + Self.eventBytes
                show(position, .text(slice))
            }
            guard let outcome = state.outcome, position - 1 >= state.ends.count else {
                return (position, false)
            }
            let last = state.ends.count + 2
            if position < last { show(last, .end(outcome)) }
            return (last, true)
        }
    }

    /// Waits until there are events after `position`, or the reader's task is cancelled.
    func wait(after position: Int, reader: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    let isCancelled = state.cancelled.remove(reader) != nil
                    if isCancelled || state.outcome != nil || position == 0
                        || position - 1 < state.ends.count
                    {
                        return true
                    }
                    state.waiting[reader] = continuation
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let continuation = state.waiting.removeValue(forKey: reader)
                // Cancelled before the wait began: prevents the wait.
                if continuation == nil { state.cancelled.insert(reader) }
                return continuation
            }
            continuation?.resume()
        }
    }
}
