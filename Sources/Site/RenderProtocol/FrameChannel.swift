import Glibc

/// Frames of bytes over a socket: a 32-bit length, least significant byte first, then the bytes.
///
/// Used by one thread at a time. Reading is buffered, so that many small frames cost one call.
public final class FrameChannel {
    private let descriptor: Int32
    private let limit: Int
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var queued: [UInt8] = []

    public enum Failure: Error, Hashable, Sendable {
        /// The other side closed the connection.
        case closed
        /// Nothing arrived in time.
        case timedOut
        /// A frame was longer than the limit.
        case tooLarge
    }

    /// Takes over an open socket.
    ///
    /// - Parameter limit: the largest frame that is read, in bytes.
    public init(descriptor: Int32, limit: Int) {
        self.descriptor = descriptor
        self.limit = limit
        buffer = [UInt8](repeating: 0, count: 256 << 10)
    }

    deinit { Glibc.close(descriptor) }

    /// Writes one frame, waiting at most `milliseconds` for each part to be accepted.
    public func send(_ bytes: [UInt8], milliseconds: Int = 60_000) throws(Failure) {
        queue(bytes)
        try flush(milliseconds: milliseconds)
    }

    /// Keeps a frame until `flush`, so that many small frames wake the other side only once.
    public func queue(_ bytes: [UInt8]) {
        for shift in stride(from: 0, to: 32, by: 8) {
            queued.append(UInt8(truncatingIfNeeded: bytes.count >> shift))
        }
        queued.append(contentsOf: bytes)
    }

    /// The number of bytes that wait for `flush`.
    public var queuedCount: Int { queued.count }

    /// Writes the queued frames.
    public func flush(milliseconds: Int = 60_000) throws(Failure) {
        guard !queued.isEmpty else { return }
        defer { queued.removeAll(keepingCapacity: queued.count <= 1 << 20) }
        try write(queued, milliseconds)
    }

    private func write(_ bytes: [UInt8], _ milliseconds: Int) throws(Failure) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count >= 0 {
                offset += count
            } else if errno == EAGAIN {
                try wait(for: Int16(POLLOUT), milliseconds)
            } else if errno != EINTR {
                throw .closed
            }
        }
    }

    /// Whether nothing arrives for `milliseconds`.
    public func isQuiet(milliseconds: Int) -> Bool {
        guard start == end else { return false }
        do {
            try wait(for: Int16(POLLIN), milliseconds)
            return false
        } catch {
            return error == .timedOut
        }
    }

    /// Reads one frame.
    ///
    /// - Parameter milliseconds: how long to wait for each part; nil waits without a limit.
    public func receive(milliseconds: Int? = nil) throws(Failure) -> [UInt8] {
        while end - start < 4 { try fill(milliseconds) }
        var length = 0
        for index in 0..<4 { length |= Int(buffer[start + index]) << (8 * index) }
        guard length <= limit else { throw .tooLarge }
        start += 4
        var frame: [UInt8] = []
        frame.reserveCapacity(length)
        while frame.count < length {
            if start == end { try fill(milliseconds) }
            let count = min(end - start, length - frame.count)
            frame.append(contentsOf: buffer[start..<start + count])
            start += count
        }
        return frame
    }

    private func fill(_ milliseconds: Int?) throws(Failure) {
        if start > 0 {
            // At most three bytes of a header are left.
            for index in start..<end { buffer[index - start] = buffer[index] }
            end -= start
            start = 0
        }
        while true {
            if let milliseconds { try wait(for: Int16(POLLIN), milliseconds) }
            let count = buffer.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress?.advanced(by: end), $0.count - end)
            }
            if count > 0 {
                end += count
                return
            }
            if count == 0 || errno != EINTR { throw .closed }
        }
    }

    private func wait(for events: Int16, _ milliseconds: Int) throws(Failure) {
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while true {
            var poll = pollfd(fd: descriptor, events: events, revents: 0)
            let remaining = (deadline - ContinuousClock.now) / .milliseconds(1)
            guard remaining > 0 else { throw .timedOut }
            let ready = Glibc.poll(&poll, 1, Int32(remaining.rounded(.up)))
            if ready > 0 { return }
            if ready < 0 && errno != EINTR { throw .closed }
        }
    }
}
