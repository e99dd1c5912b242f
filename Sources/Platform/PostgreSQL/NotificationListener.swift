import Core
import Glibc
import System

/// Waits for notifications on one channel, with a thread and a connection of its own.
///
/// A notification is a wake-up, never the data, and notifications sent while disconnected are lost.
/// So the reader must also check for changes after each `connected`. The connection is checked
/// every four seconds, so that a silent failure is noticed within ten, and it reconnects by itself.
///
/// ```swift
/// let listener = NotificationListener(to: database, channel: "robbieblocks_change")
/// for await event in listener.events { … }
/// ```
///
/// When notifications name the thing that changed, such as a node, `takePayloads` returns these
/// names.
public final class NotificationListener: Sendable {
    public enum Event: Hashable, Sendable {
        /// The connection listens; earlier notifications may have been missed.
        case connected
        /// One or more notifications were sent.
        case notified
        /// The connection was lost or could not be made; retries continue until `stop`.
        case lost(PostgresError)
    }

    /// The events in order, for one reader. Events that a slow reader has not taken are merged, so
    /// that it never has more than three to take.
    public let events: AsyncStream<Event>

    private let queue: EventQueue
    private let wake: WakeUp

    /// Starts to connect.
    ///
    /// - Parameter payloadLimit: the number of different payloads kept until they are taken.
    public init(to database: ConnectionTarget, channel: String, payloadLimit: Int = 0) {
        let (queue, wake) = (EventQueue(payloadLimit: payloadLimit), WakeUp())
        self.queue = queue
        self.wake = wake
        events = AsyncStream(
            unfolding: { await queue.next() },
            onCancel: {
                queue.finish()
                wake.signal()
            })
        let loop = ListenerLoop(to: database, channel: channel, queue: queue, wake: wake)
        Task { await loop.run() }
    }

    /// Returns the payloads of the notifications since the last call, each once.
    ///
    /// - Returns: nil when there were more than the limit, so that anything may have changed.
    public func takePayloads() -> Set<String>? { queue.takePayloads() }

    deinit { stop() }

    /// Ends `events` and the thread at once. While a connection is being made, the thread ends
    /// after that attempt.
    public func stop() {
        queue.finish()
        wake.signal()
    }
}

/// Performs the actions that `ListenerState` decides.
private actor ListenerLoop {
    private let executor = ThreadExecutor(name: "rb-listener")
    private let database: ConnectionTarget
    private let channel: String
    private let queue: EventQueue
    private let wake: WakeUp
    private var connection: Connection?
    private var state = ListenerState()

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(to database: ConnectionTarget, channel: String, queue: EventQueue, wake: WakeUp) {
        self.database = database
        self.channel = channel
        self.queue = queue
        self.wake = wake
    }

    func run() {
        while !queue.isFinished {
            do {
                try step()
            } catch {
                connection = nil
                state.lost(at: monotonicMilliseconds(), chance: .random(in: 0...1))
                queue.append(.lost(error))
            }
        }
        connection = nil
    }

    private func step() throws(PostgresError) {
        switch state.action(at: monotonicMilliseconds()) {
        case .connect:
            let new = try Connection(to: database)
            try new.requireSession(for: "waiting for changes")
            // A server that does not answer soon will not answer.
            new.statementDeadline = ListenerState.patience
            let name = channel.splitUTF8(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"")
            try new.run("LISTEN \(unsafeSQL: "\"\(name)\"")")
            connection = new
            state.connected(at: monotonicMilliseconds())
            queue.append(.connected)
        case .askForSign:
            try connection?.askForSign()
            state.asked(at: monotonicMilliseconds())
        case .giveUp:
            throw PostgresError(
                .connection,
                "the server gave no sign of life for \(ListenerState.patience / 1000) s")
        case .wait(let milliseconds):
            guard wake.wait(for: connection, milliseconds: milliseconds),
                let news = try connection?.takeNews()
            else { return }
            if !news.payloads.isEmpty { queue.notify(news.payloads) }
            if news.gaveSign { state.answered(at: monotonicMilliseconds()) }
        }
    }
}
