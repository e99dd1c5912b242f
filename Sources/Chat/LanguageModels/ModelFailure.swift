public import Core

/// Why an endpoint gave no answer, or did not finish it. It never holds a key.
public struct ModelFailure: DiagnosedError, Hashable, Sendable {
    public enum Code: Hashable, Sendable {
        /// No connection: nobody listens, the name is unknown, or its certificate is not trusted.
        case unreachable
        /// No connection in time.
        case connectTimeout
        /// Connected, but no text in time.
        case firstTokenTimeout
        /// Some text, then nothing for too long.
        case stalled
        /// The connection ended before the answer did.
        case lost
        /// 429; milliseconds after which the server may be asked again, when it said so.
        case rateLimited(retryAfter: Int?)
        /// A status of 500 and above, or an error in the place of text.
        case serverError(status: Int?)
        /// Another status: the key, the model's name or the question is not accepted.
        case rejected(status: Int)
        /// What came is not what this provider sends.
        case malformed
        /// A complete answer without any text.
        case empty
        /// The endpoint is left alone for a while after failures.
        case resting
        /// The row or the environment is wrong, and nothing was asked.
        case notConfigured
        /// The time for the whole answer was over.
        case deadline
        /// This process has as many requests under way as it may, or no descriptor left.
        case overloaded
        /// Who asked does not want the answer any more.
        case cancelled
    }

    public var code: Code
    /// The endpoint's name.
    public var endpoint: String
    /// One sentence without a full stop.
    public var message: String
    /// What to look at, where a row or the environment may be wrong.
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
                ?? "name a key in key_name, if the server wants one"
        case .rejected(404), .rejected(405):
            "check base_url '\(endpoint.baseURL)' and model '\(endpoint.model)' of its row"
        case .rejected:
            "check model '\(endpoint.model)' and maximum_output_tokens of its row"
        case .unreachable, .connectTimeout:
            "check base_url '\(endpoint.baseURL)' of its row, and that the server runs"
        case .firstTokenTimeout:
            "if the model is slow, raise first_token_timeout_ms of its row"
        default: nil
        }
    }

    /// Whether it tells something about the server, so that the next visitor need not ask it.
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
