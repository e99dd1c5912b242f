import Core

/// Where a server listens and what it grants a client.
public struct HTTPServerConfiguration: Hashable, Sendable {
    /// What one client, or all of them together, may take. Reaching a limit is answered, where there
    /// still is someone to answer, by the status named.
    public struct Limits: Hashable, Sendable {
        /// The request line and the fields of one request, in bytes; 431 above it. A request of more
        /// than twice the limit is not read to its end: its connection is closed.
        public var headerBytes = 8 << 10
        /// The body of one request, in bytes; 413 above it.
        public var bodyBytes = 1 << 20
        /// Open connections; 503 above it.
        public var connections = 1024
        /// Open connections of one address, nil for as many as there are; 429 above it. Behind a
        /// proxy every connection is the proxy's, and the limit belongs there.
        public var connectionsPerAddress: Int?
        /// Seconds in which the request line and the fields must have come; 408 above it, or the end
        /// of the connection where nothing has come at all.
        public var headerSeconds = 15
        /// Seconds in which the body of a request must have come; 408 above it.
        public var bodySeconds = 30
        /// Seconds after which a reader who took less than `readerBytesPerSecond` of what there was
        /// for it is dropped, and a WebSocket whose peer does not answer a ping. An answer may pause
        /// for as long as it likes.
        public var idleSeconds = 30
        /// How little of an answer a reader may take, on the average of `idleSeconds`.
        public var readerBytesPerSecond = 128
        /// Seconds a handler may take; it is cancelled above it, and the answer is 503.
        public var handlerSeconds = 60
        /// The longest message of a WebSocket, in bytes; the connection is closed with 1009 above it.
        public var webSocketMessageBytes = 64 << 10
        /// What is held for the peer of one WebSocket who does not take it, in bytes; `send` waits
        /// above it.
        public var webSocketBacklogBytes = 64 << 10
        /// Seconds that answers under way and WebSockets may take to end by themselves when the
        /// server is told to end.
        public var drainSeconds = 0
        /// Seconds that handlers which were cancelled then may take to notice; those that take longer
        /// are left behind, and their clients get no answer.
        public var cancellationSeconds = 5

        public init() {}
    }

    /// An IPv4 or IPv6 address in figures, or `localhost`.
    public var host: String
    /// 0 takes a free port; `run` tells which.
    public var port: Int
    /// A socket that listens, held by another process beside this one: the server answers on it instead
    /// of opening `port` of `host`, and those who connect after its end wait there for the next server.
    /// The server closes its descriptor.
    public var handedSocket: Int32?
    /// How many of the ports after `port` may be taken in its place when other processes have it.
    public var sparePorts = 0
    public var limits: Limits
    /// Whether what the server itself refuses is answered in JSON, as an API's errors are:
    /// `{"error":{"code":"body_too_large","message":"…"}}`.
    public var refusesInJSON = false
    /// The fields of a request that handlers see, in lower case.
    public var requestFields: Set<String>

    public init(host: String = "127.0.0.1", port: Int = 0, limits: Limits = Limits()) {
        self.host = host
        self.port = port
        self.limits = limits
        requestFields = Self.usualFields
    }

    /// What a site and an API behind a proxy need.
    public static let usualFields: Set<String> = [
        "accept", "accept-encoding", "accept-language", "authorization", "content-type", "cookie",
        "host", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since",
        "last-event-id", "origin", "range", "referer", "user-agent", "x-forwarded-for",
        "x-forwarded-proto", "x-real-ip", "x-request-id",
    ]
}

/// Where a running server can be reached.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    public let host: String
    /// The port that was bound, never 0.
    public let port: Int

    /// `http://127.0.0.1:8080`, without a final slash.
    public var description: String {
        host.containsUTF8(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }
}
