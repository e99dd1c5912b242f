import Core
import Glibc
import System

/// Waits for notifications of one channel, on a thread and a connection of its own.
///
/// A notification is a wake-up, never the data, and one that was sent while there was no connection
/// is gone: whoever listens looks for changes after each `connected`, too. The connection is asked
/// for a sign of life every four seconds, so that one that died without a word is noticed within
/// ten, and it is made anew by itself.
///
/// ```swift
/// let listener = NotificationListener(to: database, channel: "robbieblocks_change")
/// for await event in listener.events { … }
/// ```
///
/// Where notifications name what to look at, such as a node, `takePayloads` tells which names came.
public final class NotificationListener: Sendable {
    public enum Event: Hashable, Sendable {
        /// A connection listens; whatever was sent before is unknown.
        case connected
        /// Something was sent, once or many times.
        case notified
        /// The connection was lost, or could not be made; it is tried again until `stop`.
        case lost(PostgresError)
    }

    /// What happened, in order, for one reader. What a slow reader has not taken yet is folded
    /// together, so that it never has to take more than three.
    public let events: AsyncStream<Event>

    private let queue: EventQueue
    private let wake: WakeUp

    /// Starts to connect.
    ///
    /// - Parameter payloadLimit: how many different payloads are kept until they are taken.
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

    /// What the notifications since the last call carried: each
    /// payload once.
    ///
    /// - Returns: nil when there were more than the limit, so that anything may have been meant.
    public func takePayloads() -> Set<String>? { queue.takePayloads() }

    deinit { stop() }

    /// Ends `events` at once, and the thread with it; while a connection is being made, the thread
    /// ends when that has come to its end.
    public func stop() {
        queue.finish()
        wake.signal()
    }
}

/// Does what `ListenerState` decides.
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
            // What the server does not answer soon, it will not answer.
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
