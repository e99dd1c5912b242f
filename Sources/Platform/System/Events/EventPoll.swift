import CLinux
import Glibc

/// The descriptors that a thread waits for, each under a number, and a bell that ends its sleep from
/// other threads.
///
/// What it costs grows with what happens, not with what is watched, and no event allocates anything.
///
/// ```swift
/// poll.add(socket, .input, number: 7)
/// let wasRung = poll.wait(milliseconds: 1000) { event in
///     if event.number == 7, event.isInput { receive() }
/// }
/// ```
public final class EventPoll: Sendable {
    /// What to look for; that nothing can be sent or received any more is told in any case.
    public struct Interest: OptionSet, Hashable, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let input = Interest(rawValue: EPOLLIN.rawValue)
        public static let room = Interest(rawValue: EPOLLOUT.rawValue)
        /// That the peer has closed its side.
        public static let farewell = Interest(rawValue: EPOLLRDHUP.rawValue)
    }

    /// What has happened on one descriptor.
    public struct Event {
        /// Under which the descriptor is watched.
        public let number: UInt64
        private let events: UInt32

        fileprivate init(_ event: epoll_event) {
            number = event.data.u64
            events = event.events
        }

        public var isInput: Bool { events & EPOLLIN.rawValue != 0 }
        public var isRoom: Bool { events & EPOLLOUT.rawValue != 0 }
        public var isFarewell: Bool { events & EPOLLRDHUP.rawValue != 0 }
        /// Whether nothing can be sent or received any more.
        public var isEnd: Bool { events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
    }

    /// Readable when something has happened, for a thread that waits by other means as well.
    public let descriptor: Int32
    private let bell: Int32
    private static let bellNumber = UInt64.max
    private let batch: Int
    /// Used by the waiting thread only, and kept, so that waiting allocates nothing.
    private nonisolated(unsafe) let events: UnsafeMutablePointer<epoll_event>

    /// - Parameter batch: how many events at most one `wait` tells; the next tells the others.
    /// - Returns: nil when the system lacks descriptors.
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

    /// Watches a descriptor from now on; closing it ends that, too.
    ///
    /// - Parameter number: anything but the largest, which is the bell's.
    /// - Returns: false when the system lacks the memory, or the descriptor cannot be waited for.
    @discardableResult
    public func add(_ descriptor: Int32, _ interest: Interest, number: UInt64) -> Bool {
        control(EPOLL_CTL_ADD, descriptor, interest, number)
    }

    /// Looks for something else on a descriptor that is watched.
    public func change(_ descriptor: Int32, _ interest: Interest, number: UInt64) {
        _ = control(EPOLL_CTL_MOD, descriptor, interest, number)
    }

    /// Watches a descriptor no longer.
    public func remove(_ descriptor: Int32) { _ = control(EPOLL_CTL_DEL, descriptor, [], 0) }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ interest: Interest, _ number: UInt64
    ) -> Bool {
        var event = epoll_event(events: interest.rawValue, data: epoll_data(u64: number))
        return epoll_ctl(self.descriptor, operation, descriptor, &event) == 0
    }

    /// Ends the sleep under way, or the next one; from any thread.
    public func ring() {
        var one: UInt64 = 1
        _ = write(bell, &one, MemoryLayout<UInt64>.size)
    }

    /// Sleeps until something happens, but not longer than this, and tells what did.
    ///
    /// One thread at a time may wait, and not from within `body`.
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
