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

    /// Never held while a stream is fed: its end comes with a lock of its reader's task held, and
    /// asks for this one.
    private let members: Mutex<Members>
    /// Keeps what is told in order.
    private let turn = Mutex(())
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
    func send(_ event: PreviewEvent) { tell { $0.apply(event)?.event } }

    /// Lets the connections of browsers that have gone without a word be noticed.
    func beat() { tell { _ in .heartbeat } }

    /// - Parameter change: changes the state, and gives what those who listen must be told of it.
    private func tell(_ change: (inout PreviewState) -> ServerSentEvent?) {
        turn.withLock { _ in
            let (event, inputs) = members.withLock { (change(&$0.state), $0.inputs) }
            guard let event else { return }
            // Whoever connects from here on was welcomed with the new state.
            for (number, input) in inputs {
                if case .enqueued = input.yield(event.bytes) { continue }
                forget(number)
                input.finish()
            }
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
