import System

/// What the server knows about one client connection; belongs to the service loop.
final class Connection {
    /// How far it has come, each with the limit on its time.
    enum Phase {
        /// The request's line and fields are to come.
        case head
        case body
        /// A handler is at work.
        case handler
        case answer
        case socket
        /// A WebSocket whose end was told to its peer.
        case ending
        /// Answered while its client was still sending: what comes is thrown away, so that the client
        /// gets to read the answer.
        case discarding
    }

    /// What its peer took of what was sent, at the start of a window of time.
    struct Progress {
        let since: Int
        /// In bytes, of the whole connection.
        let taken: UInt64
    }

    let number: UInt64
    let descriptor: Int32
    /// In figures.
    let peer: String
    private(set) var phase = Phase.head
    /// When the phase began, in milliseconds.
    private(set) var since: Int
    /// Whether a request was answered on it.
    var isUsed = false
    /// What has come and does not belong to a request that was read.
    var input: [UInt8] = []
    /// The request whose body is to come.
    var head: RequestReader.Head?
    var body: [UInt8] = []
    /// How the body comes, when it comes in chunks.
    var chunks: ChunkedBody?
    /// The task of the handler that is at work, or of the stream that it answered with.
    var handling: Task<Void, Never>?
    var outgoing: OutgoingResponse?
    /// The stream's task, waiting until what it gave has been taken.
    var drained: CheckedContinuation<Void, Never>?
    var socket: SocketState?
    /// Set while there is something that the peer has not taken.
    var progress: Progress?
    /// What the poll looks for; nil when it does not watch.
    var interest: EventPoll.Interest?
    /// Whether the client has closed its side.
    var isAbandoned = false
    var isOpen = true

    init(_ number: UInt64, _ descriptor: Int32, peer: String, at now: Int) {
        self.number = number
        self.descriptor = descriptor
        self.peer = peer
        since = now
    }

    func enter(_ phase: Phase, at now: Int) {
        self.phase = phase
        since = now
    }
}
