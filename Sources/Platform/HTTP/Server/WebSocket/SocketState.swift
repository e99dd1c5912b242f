/// The state of one WebSocket; belongs to `ServerConnections`.
struct SocketState {
    var frames: WebSocketFrames
    /// The messages received that the handler has not taken.
    var inbox: [String] = []
    /// The bytes of all messages in `inbox`.
    var inboxBytes = 0
    /// The handler that waits for a message.
    var reader: CheckedContinuation<String?, Never>?
    /// Whether the handler was told that there are no more messages.
    var hasEndedInput = false

    /// The outgoing frames, of which the system has accepted `sent` bytes.
    var outbox: [UInt8] = []
    var sent = 0
    /// The calls of `send` that wait for room.
    var senders: [CheckedContinuation<Void, Never>] = []

    /// The code and reason with which to close the connection once `outbox` is empty.
    var closing: (code: Int, reason: String)?
    /// The time of the last sign of life, in milliseconds.
    var heard: Int
    /// The time of the last unanswered ping, in milliseconds.
    var pinged: Int?

    init(messageBytes: Int, heard: Int) {
        frames = WebSocketFrames(limit: messageBytes)
        self.heard = heard
    }

    /// The bytes that the peer has still to take.
    var backlog: Int { outbox.count - sent }
}
