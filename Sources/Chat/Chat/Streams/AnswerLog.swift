import Synchronization

/// Everything that one answer has said so far, for any number of readers, each at its own pace.
///
/// Events are numbered from 1: the start, then each piece of text, then the end. A reader is a number:
/// it pulls what came after it, and nothing is held for it, however slow it is. The text is held once,
/// and where each piece of it ends.
final class AnswerLog: Sendable {
    /// What `read` shows of one event.
    enum Event {
        case start
        /// Whole characters, in UTF-8; at least one.
        case text(ArraySlice<UInt8>)
        case end(AnswerOutcome)
    }

    struct Limits: Hashable, Sendable {
        /// Of the text, in bytes.
        var bytes = 256 << 10
        var pieces = 32 << 10
        /// What one `read` shows, in bytes on their way, give or take one event.
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
        /// When the last reader left, or the end came; milliseconds.
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

    /// - Parameter clock: milliseconds of a clock that never goes back.
    init(
        _ identity: AnswerIdentity, limits: Limits = Limits(), clock: @escaping @Sendable () -> Int
    ) {
        self.identity = identity
        self.limits = limits
        self.clock = clock
        state = Mutex(State(quietSince: clock()))
    }

    /// Adds a piece of text.
    ///
    /// - Returns: false when it was not taken: the answer has ended, or is as long as one may be.
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

    /// Ends the answer; the first end counts.
    ///
    /// - Returns: whether this was the first.
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

    /// What was said so far.
    var text: String { state.withLock { String(decoding: $0.text, as: UTF8.self) } }

    var isEmpty: Bool { state.withLock { $0.text.isEmpty } }

    /// nil while the answer is under way.
    var outcome: AnswerOutcome? { state.withLock { $0.outcome } }

    /// Bytes held.
    var size: Int { state.withLock { $0.text.count + 4 * $0.ends.count } }

    /// Since when nobody has read a running answer, or since when it has ended; nil otherwise.
    var quietSince: Int? {
        state.withLock { state in
            state.outcome != nil || state.readers == 0 ? state.quietSince : nil
        }
    }

    /// A reader of what comes after event `position`; 0 is the beginning.
    ///
    /// - Parameter onDesertion: called when this reader leaves, as the last one, before the end.
    func reader(
        after position: Int = 0, onDesertion: (@Sendable () -> Void)? = nil
    ) -> AnswerReader {
        let (number, last) = state.withLock { state in
            state.readers += 1
            state.nextReader += 1
            let last = state.ends.count + (state.outcome == nil ? 1 : 2)
            return (state.nextReader, last)
        }
        // A number that was never given out is no reason to wait for it.
        return AnswerReader(
            log: self, number: number, position: min(max(0, position), last),
            onDesertion: onDesertion)
    }

    /// - Returns: whether nobody reads any more what has not ended yet.
    func leave(reader: Int) -> Bool {
        state.withLock { state in
            state.cancelled.remove(reader)
            state.readers -= 1
            guard state.readers == 0, state.outcome == nil else { return false }
            state.quietSince = clock()
            return true
        }
    }

    /// What an event takes on its way beside its text, about: an answer in tiny pieces is mostly that.
    private static let eventBytes = 48

    /// Shows every event after `position` that is there, up to the limit of one batch.
    ///
    /// - Returns: the number of the last one shown, and whether it is the end.
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

    /// Waits until there is something after `position`, or the reader's task is cancelled.
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
                // Cancelled before it waits: it must not begin to.
                if continuation == nil { state.cancelled.insert(reader) }
                return continuation
            }
            continuation?.resume()
        }
    }
}
