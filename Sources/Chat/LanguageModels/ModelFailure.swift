public import Core

/// Why an endpoint gave no answer or an incomplete one. It never contains a key.
public struct ModelFailure: DiagnosedError, Hashable, Sendable {
    public enum Code: Hashable, Sendable {
        /// No connection: it was refused, the host is unknown, or its certificate is not trusted.
        case unreachable
        /// No connection in time.
        case connectTimeout
        /// Connected, but no text in time.
        case firstTokenTimeout
        /// Some text, then nothing for too long.
        case stalled
        /// The connection ended before the answer did.
        case lost
        /// 429, with the milliseconds after which the server may be asked again, if it named a
        /// time.
        case rateLimited(retryAfter: Int?)
        /// A status of 500 or above, or an error in place of text.
        case serverError(status: Int?)
        /// Another status: the key, the model's name or the request was rejected.
        case rejected(status: Int)
        /// The response does not have the provider's format.
        case malformed
        /// A complete answer without any text.
        case empty
        /// Requests to the endpoint are paused after failures.
        case resting
        /// The row or the environment is invalid; no request was made.
        case notConfigured
        /// The time for the whole answer has run out.
        case deadline
        /// This process has reached its limit of requests, or of file descriptors.
        case overloaded
        /// The reader does not want the answer any more.
        case cancelled
    }

    public var code: Code
    /// The endpoint's name.
    public var endpoint: String
    /// One sentence without a full stop.
    public var message: String
    /// What to check when a row or the environment may be wrong.
    public var hint: String?

    public init(_ code: Code, _ endpoint: ModelEndpoint, _ message: String) {
        self.code = code
        self.endpoint = endpoint.name
        self.message = message
        hint = Self.hint(code, endpoint)
    }

    public var diagnostic: Diagnostic {
        Diagnostic(.toolFailed, "model '\(endpoint)': \(message)", hint: hint)
    }

    private static func hint(_ code: Code, _ endpoint: ModelEndpoint) -> String? {
        switch code {
        case .rejected(401), .rejected(403):
            endpoint.keyName.map { "check the key in \(ModelKeys.prefix)\($0)" }
                ?? "name a key in key_name, if the server needs one"
        case .rejected(404), .rejected(405):
            "check base_url '\(endpoint.baseURL)' and model '\(endpoint.model)' of its row"
        case .rejected:
            "check model '\(endpoint.model)' and maximum_output_tokens of its row"
        case .unreachable, .connectTimeout:
            "check base_url '\(endpoint.baseURL)' of its row, and that the server is running"
        case .firstTokenTimeout:
            "if the model is slow, raise first_token_timeout_ms of its row"
        default: nil
        }
    }

    /// Whether the failure counts against the server, so that later requests avoid it.
    var isFault: Bool {
        switch code {
        case .rateLimited, .resting, .notConfigured, .deadline, .overloaded, .cancelled: false
        case .rejected(let status): status != 400 && status != 413 && status != 422
        default: true
        }
    }
}

extension ModelFailure.Code {
    /// A short name, for metrics and rows.
    public var name: String {
        switch self {
        case .unreachable: "unreachable"
        case .connectTimeout: "connect-timeout"
        case .firstTokenTimeout: "first-token-timeout"
        case .stalled: "stalled"
        case .lost: "lost"
        case .rateLimited: "rate-limited"
        case .serverError: "server-error"
        case .rejected: "rejected"
        case .malformed: "malformed"
        case .empty: "empty"
        case .resting: "resting"
        case .notConfigured: "not-configured"
        case .deadline: "deadline"
        case .overloaded: "overloaded"
        case .cancelled: "cancelled"
        }
    }
}
