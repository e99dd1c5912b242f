import CLinux
import Glibc

/// Watches descriptors for one thread, each under a number. Other threads can wake it with `ring`.
///
/// The cost grows with the number of events, not of watched descriptors, and events allocate
/// nothing.
///
/// ```swift
/// poll.add(socket, .input, number: 7)
/// let wasRung = poll.wait(milliseconds: 1000) { event in
///     if event.number == 7, event.isInput { receive() }
/// }
/// ```
public final class EventPoll: Sendable {
    /// The events to watch for. The end of a connection is always reported.
    public struct Interest: OptionSet, Hashable, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let input = Interest(rawValue: EPOLLIN.rawValue)
        public static let room = Interest(rawValue: EPOLLOUT.rawValue)
        /// The peer has closed its side.
        public static let farewell = Interest(rawValue: EPOLLRDHUP.rawValue)
    }

    /// An event on one descriptor.
    public struct Event {
        /// The number under which the descriptor is watched.
        public let number: UInt64
        private let events: UInt32

        fileprivate init(_ event: epoll_event) {
            number = event.data.u64
            events = event.events
        }

        public var isInput: Bool { events & EPOLLIN.rawValue != 0 }
        public var isRoom: Bool { events & EPOLLOUT.rawValue != 0 }
        public var isFarewell: Bool { events & EPOLLRDHUP.rawValue != 0 }
        /// Whether the connection can no longer send or receive.
        public var isEnd: Bool { events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
    }

    /// Readable when an event has occurred, for a thread that also waits by other means.
    public let descriptor: Int32
    private let bell: Int32
    private static let bellNumber = UInt64.max
    private let batch: Int
    /// Used only by the waiting thread, and kept so that waiting allocates nothing.
    private nonisolated(unsafe) let events: UnsafeMutablePointer<epoll_event>

    /// - Parameter batch: the most events that one `wait` reports; the next `wait` reports the
    ///   rest.
    /// - Returns: nil when the system has no descriptors left.
    public init?(batch: Int) {
        self.batch = batch
        events = .allocate(capacity: batch)
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0, bell >= 0, add(bell, .input, number: Self.bellNumber) else {
            return nil
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if bell >= 0 { close(bell) }
        events.deallocate()
    }

    /// Starts to watch a descriptor. Closing the descriptor ends this as well.
    ///
    /// - Parameter number: any number but the largest, which is reserved for `ring`.
    /// - Returns: false when the system has no memory left, or the descriptor cannot be polled.
    @discardableResult
    public func add(_ descriptor: Int32, _ interest: Interest, number: UInt64) -> Bool {
        control(EPOLL_CTL_ADD, descriptor, interest, number)
    }

    /// Changes the events to watch for on a descriptor.
    public func change(_ descriptor: Int32, _ interest: Interest, number: UInt64) {
        _ = control(EPOLL_CTL_MOD, descriptor, interest, number)
    }

    /// Stops watching a descriptor.
    public func remove(_ descriptor: Int32) { _ = control(EPOLL_CTL_DEL, descriptor, [], 0) }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ interest: Interest, _ number: UInt64
    ) -> Bool {
        var event = epoll_event(events: interest.rawValue, data: epoll_data(u64: number))
        return epoll_ctl(self.descriptor, operation, descriptor, &event) == 0
    }

    /// Ends the current sleep, or the next one. May be called from any thread.
    public func ring() {
        var one: UInt64 = 1
        _ = write(bell, &one, MemoryLayout<UInt64>.size)
    }

    /// Sleeps until an event occurs, at most for the given time, and reports the events.
    ///
    /// Only one thread may wait at a time, and not from within `body`.
    ///
    /// - Returns: whether `ring` was called.
    @discardableResult
    public func wait(milliseconds: Int, _ body: (Event) -> Void) -> Bool {
        let count = epoll_wait(descriptor, events, Int32(batch), Int32(clamping: milliseconds))
        var wasRung = false
        for index in 0..<max(0, Int(count)) {
            let event = Event(events[index])
            if event.number == Self.bellNumber {
                var rings: UInt64 = 0
                _ = read(bell, &rings, MemoryLayout<UInt64>.size)
                wasRung = true
            } else {
                body(event)
            }
        }
        return wasRung
    }
}
