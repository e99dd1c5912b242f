import CLinux

extension EventLoop {
    /// The events to watch for. The end of a connection is always reported.
    public struct Interest: OptionSet, Hashable, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        public static let input = Interest(rawValue: EPOLLIN.rawValue)
        public static let room = Interest(rawValue: EPOLLOUT.rawValue)
        /// The peer has closed its side.
        public static let farewell = Interest(rawValue: EPOLLRDHUP.rawValue)
    }

    /// What has happened on one descriptor.
    public struct Event: Sendable {
        let events: UInt32

        public var isInput: Bool { events & EPOLLIN.rawValue != 0 }
        public var isRoom: Bool { events & EPOLLOUT.rawValue != 0 }
        public var isFarewell: Bool { events & EPOLLRDHUP.rawValue != 0 }
        /// Whether the connection can no longer send or receive.
        public var isEnd: Bool { events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 }
    }
}
