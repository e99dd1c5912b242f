import CWebSockets
import Glibc

/// Watches the connections that the server has taken over, each under a number.
///
/// What it costs grows with what happens, not with what is watched.
final class Poller {
    struct Interest: OptionSet, Hashable {
        let rawValue: UInt32

        static let input = Interest(rawValue: EPOLLIN.rawValue)
        static let room = Interest(rawValue: EPOLLOUT.rawValue)
        /// That the peer has closed its side.
        static let farewell = Interest(rawValue: EPOLLRDHUP.rawValue)
    }

    struct Event {
        let number: UInt64
        private let events: UInt32

        init(_ event: epoll_event) {
            number = event.data.u64
            events = event.events
        }

        var isInput: Bool { events & EPOLLIN.rawValue != 0 }
        var isRoom: Bool { events & EPOLLOUT.rawValue != 0 }
        var isFarewell: Bool { events & EPOLLRDHUP.rawValue != 0 }
        /// Whether nothing can be sent or received any more.
        var isEnd: Bool { events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
    }

    /// Readable when something has happened; closed by whoever watches it.
    let descriptor: Int32
    private static let batch = 256

    /// - Returns: nil when the system lacks the resources.
    init?() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        if descriptor < 0 { return nil }
    }

    func add(_ descriptor: Int32, _ interest: Interest, number: UInt64) -> Bool {
        robbieblocks_epoll(
            self.descriptor, EPOLL_CTL_ADD, descriptor, interest.rawValue, number) == 0
    }

    func change(_ descriptor: Int32, _ interest: Interest, number: UInt64) {
        _ = robbieblocks_epoll(
            self.descriptor, EPOLL_CTL_MOD, descriptor, interest.rawValue, number)
    }

    func remove(_ descriptor: Int32) {
        _ = robbieblocks_epoll(self.descriptor, EPOLL_CTL_DEL, descriptor, 0, 0)
    }

    /// What has happened, up to a number of events; never waits.
    func events() -> [Event] {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.batch) { buffer in
            let count = epoll_wait(descriptor, buffer.baseAddress, Int32(Self.batch), 0)
            return count <= 0 ? [] : buffer[..<Int(count)].map(Event.init)
        }
    }
}
