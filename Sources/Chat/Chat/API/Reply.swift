import Core
import HTTP

/// Builds the API's responses.
enum Reply {
    static func json(_ status: Int = 200, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(status, fields: fields("application/json"), body: .bytes(bytes))
    }

    static func json(
        _ status: Int = 200, _ write: (inout JSONBytes) -> Void
    ) -> HTTPResponse {
        var json = JSONBytes(capacity: 512)
        json.object(write)
        return self.json(status, json.bytes)
    }

    /// - Parameter isOpenAI: whether to use OpenAI's error format.
    static func fault(_ fault: ChatFault, isOpenAI: Bool = false) -> HTTPResponse {
        var response = json(fault.status) { json in
            json.name("error")
            json.object {
                $0.member("code", fault.code)
                $0.member("message", fault.message)
                if isOpenAI {
                    $0.member("type", openAIType(fault.status))
                    $0.member("param", fault.field)
                } else if let field = fault.field {
                    $0.member("field", field)
                }
            }
        }
        if let seconds = fault.retryAfter { response.fields["retry-after"] = String(seconds) }
        if let allowed = fault.allowed { response.fields["allow"] = allowed }
        if [ChatFault.unauthorized.code, ChatFault.invalidKey.code].contains(fault.code) {
            response.fields["www-authenticate"] = "Bearer"
        }
        return response
    }

    private static func openAIType(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    static func html(_ text: String, status: Int = 200) -> HTTPResponse {
        var fields = fields("text/html; charset=utf-8")
        fields["content-security-policy"] =
            "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            + "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        fields["referrer-policy"] = "same-origin"
        return HTTPResponse(status, fields: fields, body: .bytes(Array(text.utf8)))
    }

    /// Streams events to a client.
    static func stream(_ chunks: AsyncStream<[UInt8]>) -> HTTPResponse {
        var fields = fields("text/event-stream; charset=utf-8")
        // Prevents nginx from buffering the events.
        fields["x-accel-buffering"] = "no"
        return HTTPResponse(200, fields: fields, body: .stream(chunks))
    }

    static func fields(_ type: String) -> HTTPFields {
        [
            "content-type": type, "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        ]
    }
}
