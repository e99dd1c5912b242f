import HTTP

extension ModelFailure {
    /// Translates an error of the HTTP client.
    ///
    /// - Parameter hasSign: whether the model had sent any text or thoughts.
    init(_ error: ClientError, of endpoint: ModelEndpoint, hasSign: Bool) {
        let code: Code =
            switch error.code {
            case .refused, .unknownHost, .untrusted: .unreachable
            case .connectTimeout: .connectTimeout
            case .headTimeout: .firstTokenTimeout
            case .stalled: hasSign ? .stalled : .firstTokenTimeout
            case .totalTimeout: .deadline
            case .malformed, .tooLarge: .malformed
            case .badRequest: .notConfigured
            case .lost: .lost
            case .unavailable: .overloaded
            case .cancelled: .cancelled
            }
        self.init(code, endpoint, error.message)
    }

    /// Describes a response with a status other than 200.
    ///
    /// - Parameter key: removed from the message, in case the response quotes it.
    init(
        _ response: ClientResponse, body: [UInt8], of endpoint: ModelEndpoint, hiding key: String?
    ) {
        let status = response.status
        var message = "it answered with status \(status)"
        // A response that rejects a key is likely to quote it, in part or in another form.
        if ![401, 403].contains(status),
            let words = ProviderError.shown(ProviderError.message(in: body), hiding: key)
        {
            message += ": \(words)"
        }
        let pause = RetryAfter.milliseconds(response["retry-after"])
        let code: Code =
            switch status {
            case 429: .rateLimited(retryAfter: pause)
            case 500...: pause.map { .rateLimited(retryAfter: $0) } ?? .serverError(status: status)
            default: .rejected(status: status)
            }
        self.init(code, endpoint, message)
    }
}

extension ClientResponse {
    /// Returns the beginning of an error response's body; stops at the deadline.
    func reason(before deadline: Int) async -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(ClientError) {
            while bytes.count < 64 << 10, let more = try await body.next(before: deadline) {
                bytes += more
            }
        } catch {
            // The status alone is sufficient.
        }
        return bytes
    }
}
