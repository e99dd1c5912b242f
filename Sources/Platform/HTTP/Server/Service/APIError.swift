import Core

extension HTTPResponse {
    /// The server's text response as an API error:
    /// `{"error":{"code":"body_too_large","message":"…"}}`. Any other response is unchanged.
    var asAPIError: HTTPResponse {
        guard case .bytes(let bytes) = body,
            fields["content-type"]?.hasUTF8Prefix("text/plain") == true
        else { return self }
        let code =
            switch status {
            case 405: "method_not_allowed"
            case 408: "too_slow"
            case 411: "length_required"
            case 413: "body_too_large"
            case 429: "too_many_requests"
            case 431: "fields_too_large"
            case 501: "not_implemented"
            case 503: "unavailable"
            default: "bad_request"
            }
        // The server's own sentences need no escapes.
        let words = String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }
        var response = self
        response.fields["content-type"] = "application/json"
        response.body = .bytes(
            Array(#"{"error":{"code":"\#(code)","message":"\#(words)"}}"#.utf8))
        return response
    }
}
