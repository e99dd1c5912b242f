/// What the server holds of one WebSocket; belongs to the service loop.
struct SocketState {
    var frames: WebSocketFrames
    /// Messages that have come and were not taken by the handler.
    var inbox: [String] = []
    /// Of all in `inbox`.
    var inboxBytes = 0
    /// The handler, waiting for a message.
    var reader: CheckedContinuation<String?, Never>?
    /// Whether the handler has been told that no more messages come.
    var hasEndedInput = false

    /// Frames, of which the peer has taken `sent` bytes.
    var outbox: [UInt8] = []
    var sent = 0
    /// Calls of `send` that wait for room.
    var senders: [CheckedContinuation<Void, Never>] = []

    /// How the connection is to be closed once `outbox` is empty.
    var closing: (code: Int, reason: String)?
    /// When the last sign of life came, in milliseconds.
    var heard: Int
    /// When a ping was sent that had no answer yet, in milliseconds.
    var pinged: Int?

    init(messageBytes: Int, heard: Int) {
        frames = WebSocketFrames(limit: messageBytes)
        self.heard = heard
    }

    /// What the peer has still to take, in bytes.
    var backlog: Int { outbox.count - sent }
}
