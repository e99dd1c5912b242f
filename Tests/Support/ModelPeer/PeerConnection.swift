import CLinux
import Glibc

/// One connection of a client.
final class PeerConnection {
    let descriptor: Int32
    var isClosed = false
    /// Bytes that were read and not processed.
    var input: [UInt8] = []
    var answer: PeerAnswer?
    /// The model that is asked for, while it is.
    var model: String?
    /// When to go on, on the server's clock; nil when not by time.
    var due: Int?
    /// True until the head of an answer that begins late was written.
    var isUntouched = true
    private var output: [UInt8] = []
    private var sent = 0
    private var isWaitingToSend = false

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    var hasOutput: Bool { sent < output.count }
    var unsent: Int { output.count - sent }

    func write(_ bytes: [UInt8]) {
        if hasOutput { output += bytes } else { (output, sent) = (bytes, 0) }
    }

    /// Sends what there is, or a portion of it.
    ///
    /// - Returns: false when the client is gone.
    func flush(portion: Int, poll: Int32) -> Bool {
        while hasOutput {
            let length = portion > 0 ? min(portion, unsent) : unsent
            let count = output.withUnsafeBytes {
                send(
                    descriptor, $0.baseAddress.map { $0 + sent }, length,
                    Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count < 0 {
                guard errno == EAGAIN else { return false }
                watch(poll, forSending: true)
                return true
            }
            sent += count
            if portion > 0 { return true }
        }
        output = []
        sent = 0
        watch(poll, forSending: false)
        return true
    }

    private func watch(_ poll: Int32, forSending isWaiting: Bool) {
        guard isWaiting != isWaitingToSend else { return }
        isWaitingToSend = isWaiting
        var event = epoll_event(
            events: EPOLLIN.rawValue | EPOLLRDHUP.rawValue | (isWaiting ? EPOLLOUT.rawValue : 0),
            data: epoll_data(fd: descriptor))
        epoll_ctl(poll, EPOLL_CTL_MOD, descriptor, &event)
    }

    /// Reads what there is.
    ///
    /// - Returns: false when the client is gone.
    func receive() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count < 0 { return errno == EAGAIN }
            if count == 0 { return false }
            input += chunk[..<count]
            if count < chunk.count { return true }
        }
    }

    /// - Parameter resets: true tells the client that something is wrong, by RST.
    func close(resets: Bool) {
        guard !isClosed else { return }
        isClosed = true
        if resets {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                descriptor, SOL_SOCKET, SO_LINGER, &linger,
                socklen_t(MemoryLayout.size(ofValue: linger)))
        }
        Glibc.close(descriptor)
    }
}
