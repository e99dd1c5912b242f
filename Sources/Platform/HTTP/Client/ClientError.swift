public import Core

/// Why there is no response, or no more of it.
///
/// It names the server, but never the request's fields or body, which may hold a key.
public struct ClientError: DiagnosedError, Hashable, Sendable {
    public enum Code: String, Hashable, Sendable {
        /// The request cannot be sent, because its URL or a field is invalid.
        case badRequest
        /// The server's name has no address.
        case unknownHost
        /// The server refused the connection.
        case refused
        /// No connection or no TLS session was made in time.
        case connectTimeout
        /// The response head did not arrive in time.
        case headTimeout
        /// No more of the body arrived in time.
        case stalled
        /// The transfer exceeded its total time.
        case totalTimeout
        /// The server's certificate is not trusted, or TLS failed.
        case untrusted
        /// The connection ended before the response was complete.
        case lost
        /// The response is not valid HTTP.
        case malformed
        /// The head or the body exceeds its limit.
        case tooLarge
        /// The reader was cancelled or gave up the response.
        case cancelled
        /// The client was closed or has reached its request limit, or the system lacks resources.
        case unavailable
    }

    public var code: Code
    /// The error with the server's name, in one sentence without a full stop.
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
