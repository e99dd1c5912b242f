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
        /// What is held of one streamed answer for a reader who does not take it, in bytes; the
        /// connection is closed above it.
        public var streamBytes = 1 << 20
        /// Seconds a connection may be idle, be slow to send a request, or take nothing of an answer;
        /// it is closed above it. A streamed answer may pause for as long as it likes.
        public var idleSeconds = 30
        /// Seconds a handler may take; the connection is closed and the handler cancelled above it.
        public var handlerSeconds = 60

        public init() {}
    }

    /// An IPv4 or IPv6 address in figures, or `localhost`.
    public var host: String
    /// 0 takes a free port; `run` tells which.
    public var port: Int
    public var limits: Limits
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
        host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }
}
