import Synchronization

/// The browsers that listen, and the state that each is brought to when it connects.
///
/// Nothing here waits for a browser: one that is too slow for its buffer is disconnected, and
/// connects again when it can.
final class PreviewClients: Sendable {
    private struct Members {
        var state: PreviewState
        var inputs: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
        var nextNumber = 0
    }

    private let members: Mutex<Members>
    private let limit: Int
    /// Messages that may wait for one browser.
    private static let buffer = 16

    /// - Parameter limit: of browser windows that listen at one time.
    init(release: Int?, limit: Int) {
        members = Mutex(Members(state: PreviewState(release: release)))
        self.limit = limit
    }

    /// The release that is live, as far as was told.
    var release: Int? { members.withLock { $0.state.release } }

    /// Takes note of an event and tells everybody.
    func send(_ event: PreviewEvent) {
        let lost = members.withLock { members in
            members.state.apply(event).map { Self.tell($0.event, &members) } ?? []
        }
        // Outside the lock, which the end of a stream takes.
        for input in lost { input.finish() }
    }

    /// Lets the connections of browsers that have gone without a word be noticed.
    func beat() {
        for input in members.withLock({ Self.tell(.heartbeat, &$0) }) { input.finish() }
    }

    /// - Returns: those that are too slow, already forgotten.
    private static func tell(
        _ event: ServerSentEvent, _ members: inout Members
    ) -> [AsyncStream<[UInt8]>.Continuation] {
        members.inputs.compactMap { number, input in
            if case .enqueued = input.yield(event.bytes) { return nil }
            return members.inputs.removeValue(forKey: number)
        }
    }

    /// Lets a browser listen.
    ///
    /// - Parameter release: of the page that it shows; nil when it has none.
    /// - Returns: what it must be told, then what happens from now on; nil when there are too many.
    func connect(since release: Int?) -> AsyncStream<[UInt8]>? {
        members.withLock { members in
            guard members.inputs.count < limit else { return nil }
            let number = members.nextNumber
            members.nextNumber += 1
            let (stream, input) = AsyncStream.makeStream(
                of: [UInt8].self, bufferingPolicy: .bufferingOldest(Self.buffer))
            input.onTermination = { [weak self] _ in self?.forget(number) }
            members.inputs[number] = input
            let welcome = members.state.welcome(since: release).map(\.event)
            input.yield(([.retry] + welcome).flatMap(\.bytes))
            return stream
        }
    }

    private func forget(_ number: Int) {
        members.withLock { _ = $0.inputs.removeValue(forKey: number) }
    }
}
