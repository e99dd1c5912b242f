import System

/// The state of one client connection; belongs to `ServerConnections`.
final class Connection {
    /// The phase of the connection; each has its own time limit.
    enum Phase {
        /// Waiting for the request line and fields.
        case head
        case body
        /// A handler is running.
        case handler
        case answer
        case socket
        /// A WebSocket that has told its peer that it closes.
        case ending
        /// Answered while the client was still sending: its input is discarded, so that the client
        /// can read the response.
        case discarding
    }

    /// The sent bytes that the peer had acknowledged at the start of a time window.
    struct Progress {
        let since: Int
        /// The bytes acknowledged on the connection so far.
        let taken: UInt64
    }

    let number: UInt64
    let descriptor: Int32
    /// The client's IP address.
    let peer: String
    private(set) var phase = Phase.head
    /// The start of the phase, in milliseconds.
    private(set) var since: Int
    /// When bytes of a request were received last, in milliseconds.
    var heard: Int
    /// Whether a request was answered on the connection.
    var isUsed = false
    /// The bytes received that do not belong to a request already read.
    var input: [UInt8] = []
    /// The request whose body is still to come.
    var head: RequestReader.Head?
    var body: [UInt8] = []
    /// The decoder of a chunked body.
    var chunks: ChunkedBody?
    /// The task of the running handler or of the stream that it returned.
    var handling: Task<Void, Never>?
    var outgoing: OutgoingResponse?
    /// The stream's task, waiting until its last part has been sent.
    var drained: CheckedContinuation<Void, Never>?
    var socket: SocketState?
    /// Set while the peer has data to take.
    var progress: Progress?
    var registration: EventLoop.Registration?
    /// The events that are watched for; nil when the connection is not watched.
    var interest: EventLoop.Interest?
    /// Whether the client has closed its side.
    var isAbandoned = false
    var isOpen = true

    init(_ number: UInt64, _ descriptor: Int32, peer: String, at now: Int) {
        self.number = number
        self.descriptor = descriptor
        self.peer = peer
        since = now
        heard = now
    }

    func enter(_ phase: Phase, at now: Int) {
        self.phase = phase
        since = now
    }
}
