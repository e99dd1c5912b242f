import CLibPQ
import Glibc

/// Wakes a thread that waits for a connection's socket.
final class WakeUp: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        // Without descriptors `signal` does nothing, and the thread ends at its next check.
        _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        for end in [reader, writer] where end >= 0 { close(end) }
    }

    /// The descriptor for `poll`; -1 when there is none.
    var descriptor: Int32 { reader }

    /// Clears the signal, so that the next wait sleeps.
    func clear() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while recv(reader, &bytes, bytes.count, Int32(MSG_DONTWAIT)) == bytes.count {}
    }

    /// Ends the current sleep, and every later one until `clear`.
    func signal() { _ = send(writer, [1], 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) }

    /// Sleeps until the connection has something to read, at most for this long.
    ///
    /// - Returns: whether the connection has something to read.
    func wait(for connection: Connection?, milliseconds: Int) -> Bool {
        var polls = [
            pollfd(fd: reader, events: Int16(POLLIN), revents: 0),
            pollfd(fd: connection?.socket ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        // Without descriptors of its own the thread checks every second whether it is to end.
        let longest = reader < 0 ? min(milliseconds, 1000) : milliseconds
        return poll(&polls, 2, Int32(clamping: longest)) > 0 && polls[1].revents != 0
    }
}
