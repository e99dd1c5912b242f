import Core
import System

/// Waits for notifications on one channel, with an event loop and a connection of its own.
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
    /// nil when the system had no descriptors or threads left; then one `lost` says so.
    private let service: ListenerService?

    /// Starts to connect.
    ///
    /// - Parameter payloadLimit: the number of different payloads kept until they are taken.
    public init(to database: ConnectionTarget, channel: String, payloadLimit: Int = 0) {
        let queue = EventQueue(payloadLimit: payloadLimit)
        var service: ListenerService?
        do throws(SystemError) {
            service = ListenerService(
                to: database, channel: channel, queue: queue,
                loop: try EventLoop(name: "rb-listener"))
        } catch {
            queue.append(.lost(PostgresError(.connection, error.diagnostic.message)))
        }
        self.queue = queue
        self.service = service
        events = AsyncStream(
            unfolding: { await queue.next() },
            onCancel: { [service] in Self.stop(queue, service) })
        if let service { service.loop.run(for: service) { $0.step() } }
    }

    /// Returns the payloads of the notifications since the last call, each once.
    ///
    /// - Returns: nil when there were more than the limit, so that anything may have changed.
    public func takePayloads() -> Set<String>? { queue.takePayloads() }

    deinit { stop() }

    /// Ends `events` and the connection at once. A connection that is being made is closed
    /// afterwards.
    public func stop() { Self.stop(queue, service) }

    private static func stop(_ queue: EventQueue, _ service: ListenerService?) {
        queue.finish()
        if let service { service.loop.run(for: service) { $0.stop() } }
    }
}
