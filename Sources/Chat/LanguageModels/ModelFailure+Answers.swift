import HTTP

extension ModelFailure {
    /// What the client met, seen from a model.
    ///
    /// - Parameter hasSign: whether the model has said or thought something.
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

    /// An answer with another status than 200.
    ///
    /// - Parameter key: what must not be shown, should the answer quote it.
    init(
        _ response: ClientResponse, body: [UInt8], of endpoint: ModelEndpoint, hiding key: String?
    ) {
        let status = response.status
        var message = "it answered with status \(status)"
        // A refused key is likely to be quoted, in part or in another form.
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
    /// The beginning of a body that says what is wrong; what comes too late is left away.
    func reason(before deadline: Int) async -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(ClientError) {
            while bytes.count < 64 << 10, let more = try await body.next(before: deadline) {
                bytes += more
            }
        } catch {
            // The status alone says enough.
        }
        return bytes
    }
}
