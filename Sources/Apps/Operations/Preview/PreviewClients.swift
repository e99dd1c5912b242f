import Synchronization

/// The listening browsers, and the state that is sent to each when it connects.
///
/// It never waits for a browser: one that is too slow for its buffer is disconnected, and
/// reconnects when it can.
final class PreviewClients: Sendable {
    private struct Members {
        var state: PreviewState
        var inputs: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
        var nextNumber = 0
    }

    /// Not held while a stream is fed: the stream's end runs while its reader's task is locked, and
    /// needs this lock.
    private let members: Mutex<Members>
    /// Keeps messages in order.
    private let turn = Mutex(())
    private let limit: Int
    /// The number of messages that may wait for one browser.
    private static let buffer = 16

    /// - Parameter limit: the most browser windows that may listen simultaneously.
    init(release: Int?, limit: Int) {
        members = Mutex(Members(state: PreviewState(release: release)))
        self.limit = limit
    }

    /// The live release, according to the last event.
    var release: Int? { members.withLock { $0.state.release } }

    /// Applies an event and sends it to all browsers.
    func send(_ event: PreviewEvent) { tell { $0.apply(event)?.event } }

    /// Sends a heartbeat, which detects browsers that disconnected silently.
    func beat() { tell { _ in .heartbeat } }

    /// - Parameter change: changes the state, and returns the message for the listening browsers.
    private func tell(_ change: (inout PreviewState) -> ServerSentEvent?) {
        turn.withLock { _ in
            let (event, inputs) = members.withLock { (change(&$0.state), $0.inputs) }
            guard let event else { return }
            // Browsers that connect from here on have received the new state.
            for (number, input) in inputs {
                if case .enqueued = input.yield(event.bytes) { continue }
                forget(number)
                input.finish()
            }
        }
    }

    /// Registers a browser.
    ///
    /// - Parameter release: the release of the page that it shows; nil when it has none.
    /// - Returns: the current state, then all later messages; nil when there are too many browsers.
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
