import CLinux
import Glibc

/// Waits for descriptors, each watched under a number. Other threads can end a wait with `ring`.
///
/// The cost grows with the number of events, not of watched descriptors, and events allocate
/// nothing.
final class Epoll: Sendable {
    private let descriptor: Int32
    private let bell: Int32
    private static let bellNumber = UInt64.max
    private let batch: Int
    /// Used only by the waiting thread, and kept so that waiting allocates nothing.
    private nonisolated(unsafe) let events: UnsafeMutablePointer<epoll_event>

    /// - Parameter batch: the most events that one `wait` reports; the next `wait` reports the
    ///   rest.
    init(batch: Int) throws(SystemError) {
        self.batch = batch
        events = .allocate(capacity: batch)
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        // Reported once for each ring, so that the bell need not be read.
        let edge = EventLoop.Interest(rawValue: EPOLLIN.rawValue | EPOLLET.rawValue)
        guard descriptor >= 0, bell >= 0, add(bell, edge, number: Self.bellNumber) else {
            throw SystemError("wait for events")
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
    func add(_ descriptor: Int32, _ interest: EventLoop.Interest, number: UInt64) -> Bool {
        control(EPOLL_CTL_ADD, descriptor, interest, number)
    }

    /// Changes the events to watch for on a descriptor.
    func change(_ descriptor: Int32, _ interest: EventLoop.Interest, number: UInt64) {
        _ = control(EPOLL_CTL_MOD, descriptor, interest, number)
    }

    /// Stops watching a descriptor.
    func remove(_ descriptor: Int32) { _ = control(EPOLL_CTL_DEL, descriptor, [], 0) }

    private func control(
        _ operation: Int32, _ descriptor: Int32, _ interest: EventLoop.Interest, _ number: UInt64
    ) -> Bool {
        var event = epoll_event(events: interest.rawValue, data: epoll_data(u64: number))
        return epoll_ctl(self.descriptor, operation, descriptor, &event) == 0
    }

    /// Ends the current wait, or the next one. May be called from any thread.
    func ring() {
        var one: UInt64 = 1
        _ = write(bell, &one, MemoryLayout<UInt64>.size)
    }

    /// Waits until an event occurs. Only one thread may wait.
    ///
    /// - Parameter milliseconds: the longest wait; -1 for no limit.
    /// - Returns: the number of events, which `event` returns until the next wait.
    func wait(milliseconds: Int) -> Int {
        max(0, Int(epoll_wait(descriptor, events, Int32(batch), Int32(clamping: milliseconds))))
    }

    /// Returns the number of a descriptor, and what has happened on it.
    func event(_ index: Int) -> (number: UInt64, event: EventLoop.Event) {
        (events[index].data.u64, EventLoop.Event(events: events[index].events))
    }
}
