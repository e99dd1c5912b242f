import CLinux
import Glibc

/// The sockets that the thread waits for, and a way to end its sleep from other threads.
final class EventPoll: @unchecked Sendable {
    /// How many sockets are served before their readers are told.
    private static let batch: Int32 = 64

    private let poll: Int32
    private let bell: Int32
    /// Used by the waiting thread only.
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Int(batch))

    /// - Returns: nil when the system lacks descriptors.
    init?() {
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard poll >= 0, bell >= 0, watch(bell, events: EPOLLIN.rawValue, isNew: true) else {
            return nil
        }
    }

    deinit {
        if poll >= 0 { close(poll) }
        if bell >= 0 { close(bell) }
        events.deallocate()
    }

    /// Whether the system would open one more socket.
    static var isDescriptorLeft: Bool {
        let probe = eventfd(0, Int32(EFD_CLOEXEC))
        if probe >= 0 { close(probe) }
        return probe >= 0
    }

    @discardableResult
    func watch(_ descriptor: Int32, events: UInt32, isNew: Bool) -> Bool {
        var event = epoll_event(events: events, data: epoll_data(fd: descriptor))
        return epoll_ctl(poll, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event) == 0
    }

    func forget(_ descriptor: Int32) { _ = epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, nil) }

    /// Ends the sleep under way, or the next one.
    func ring() {
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }

    /// Sleeps until something happens, but not longer than this, and tells what did.
    ///
    /// - Returns: whether `ring` was called.
    func wait(milliseconds: Int, _ body: (_ descriptor: Int32, _ events: UInt32) -> Void) -> Bool {
        let count = epoll_wait(poll, events, Self.batch, Int32(clamping: milliseconds))
        var wasRung = false
        for index in 0..<max(0, Int(count)) {
            let event = events[index]
            if event.data.fd == bell {
                var rings: UInt64 = 0
                _ = read(bell, &rings, 8)
                wasRung = true
            } else {
                body(event.data.fd, event.events)
            }
        }
        return wasRung
    }
}
