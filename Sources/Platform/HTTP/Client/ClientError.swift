public import Core

/// Why there is no answer, or no more of it.
///
/// It names the server and never the request's fields or body, which may hold a key.
public struct ClientError: DiagnosedError, Hashable, Sendable {
    public enum Code: String, Hashable, Sendable {
        /// The request cannot be sent as it is: its address or a field is not one.
        case badRequest
        /// The name of the server has no address.
        case unknownHost
        /// Nobody listens there.
        case refused
        /// No connection, or no TLS, in time.
        case connectTimeout
        /// No head of an answer in time.
        case headTimeout
        /// Nothing more of the body in time.
        case stalled
        /// All of it took longer than it may.
        case totalTimeout
        /// The server's certificate is not trusted, or TLS failed.
        case untrusted
        /// The connection ended before the answer did.
        case lost
        /// What came is not HTTP.
        case malformed
        /// The head or the body is longer than it may be.
        case tooLarge
        /// The reader was cancelled, or gave the answer up.
        case cancelled
        /// The client was closed, has as many requests as it may, or the system lacks resources.
        case unavailable
    }

    public var code: Code
    /// What happened, with the server's name, in one sentence without a full stop.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var diagnostic: Diagnostic {
        switch code {
        case .badRequest: Diagnostic(.usage, message)
        case .cancelled: Diagnostic(.interrupted, message)
        default: Diagnostic(.toolFailed, message)
        }
    }
}
