import Core

/// A server's address and its limits for clients.
public struct HTTPServerConfiguration: Hashable, Sendable {
    /// The limits on one client or on all together. When a limit is reached, the response has the
    /// status named, if a response can still be sent.
    public struct Limits: Hashable, Sendable {
        /// The bytes of the request line and fields of one request; 431 above it. A request of more
        /// than twice the limit is not read to its end: its connection is closed.
        public var headerBytes = 8 << 10
        /// The bytes of the body of one request; 413 above it.
        public var bodyBytes = 1 << 20
        /// The open connections; 503 above it.
        public var connections = 1024
        /// The open connections of one address, nil for no limit; 429 above it. Behind a proxy
        /// every connection is the proxy's, so the limit belongs in the proxy.
        public var connectionsPerAddress: Int?
        /// Seconds until the request line and fields must have arrived; 408 above it. A connection
        /// on which no bytes came is closed.
        public var headerSeconds = 15
        /// Seconds until the body of a request must have arrived; 408 above it.
        public var bodySeconds = 30
        /// Seconds after which a reader is disconnected that took less than `readerBytesPerSecond`
        /// of the available data, and a WebSocket whose peer does not answer a ping. An answer may
        /// pause for any time.
        public var idleSeconds = 30
        /// The least bytes per second that a reader must take, on average over `idleSeconds`.
        public var readerBytesPerSecond = 128
        /// Seconds that a handler may take; then it is cancelled, and the response is 503.
        public var handlerSeconds = 60
        /// The longest message of a WebSocket, in bytes; the connection is closed with 1009 above it.
        public var webSocketMessageBytes = 64 << 10
        /// The bytes held for the peer of one WebSocket until it takes them; `send` waits above it.
        public var webSocketBacklogBytes = 64 << 10
        /// Seconds that running responses and WebSockets may take to end by themselves when the
        /// server is stopped.
        public var drainSeconds = 0
        /// Seconds that cancelled handlers may then take to end; slower ones are abandoned, and
        /// their clients get no response.
        public var cancellationSeconds = 5

        public init() {}
    }

    /// An IPv4 or IPv6 address, or `localhost`.
    public var host: String
    /// The port; 0 takes a free one, which `run` reports.
    public var port: Int
    /// A listening socket shared with another process. The server uses it instead of opening `port`
    /// of `host`, and clients that connect after its end wait for the next server. The server
    /// closes its own descriptor.
    public var handedSocket: Int32?
    /// The number of ports after `port` that may be used instead when other processes have it.
    public var sparePorts = 0
    public var limits: Limits
    /// Whether the server's own refusals are JSON, like an API's errors:
    /// `{"error":{"code":"body_too_large","message":"…"}}`.
    public var refusesInJSON = false
    /// The request fields that handlers see, in lower case.
    public var requestFields: Set<String>

    public init(host: String = "127.0.0.1", port: Int = 0, limits: Limits = Limits()) {
        self.host = host
        self.port = port
        self.limits = limits
        requestFields = Self.usualFields
    }

    /// The fields that a site and an API behind a proxy need.
    public static let usualFields: Set<String> = [
        "accept", "accept-encoding", "accept-language", "authorization", "content-type", "cookie",
        "host", "if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since",
        "last-event-id", "origin", "range", "referer", "user-agent", "x-forwarded-for",
        "x-forwarded-proto", "x-real-ip", "x-request-id",
    ]
}

/// The address of a running server.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    public let host: String
    /// The port that was bound, never 0.
    public let port: Int

    /// `http://127.0.0.1:8080`, without a final slash.
    public var description: String {
        host.containsUTF8(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }
}
