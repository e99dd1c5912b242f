import Core

/// Why a request was refused, with only the information that the client may have.
struct ChatFault: Error, Hashable, Sendable {
    var status: Int
    /// Stable and machine-readable.
    var code: String
    /// One sentence.
    var message: String
    /// The invalid member of the request.
    var field: String?
    /// Seconds.
    var retryAfter: Int?
    /// The allowed methods, for 405.
    var allowed: String?

    init(_ status: Int, _ code: String, _ message: String, field: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
    }
}

extension ChatFault {
    static let invalidSession = ChatFault(
        401, "invalid_session",
        "The session is no longer valid; repeat the request to get a new one.")
    static let unauthorized = ChatFault(
        401, "unauthorized", "The Authorization field must carry the administrator's token.")
    static let switchedOff = ChatFault(
        404, "api_disabled", "The API for programs is disabled on this server.")
    static let invalidKey = ChatFault(
        401, "invalid_api_key", "The Authorization field must carry a valid key of this server.")
    static let foreignOrigin = ChatFault(
        403, "foreign_origin", "The request comes from a page of another site.")
    static let notFound = ChatFault(404, "not_found", "Nothing is found at this address.")
    static let unknownNode = ChatFault(404, "unknown_node", "This server has no such node.")
    static let unknownConversation = ChatFault(
        404, "conversation_not_found", "There is no such conversation.")
    static let unknownMessage = ChatFault(404, "message_not_found", "There is no such message.")
    static let bodyTooLarge = ChatFault(
        413, "body_too_large", "The body of the request has more than 64 KB.")
    static let unavailable = ChatFault(
        503, "unavailable", "The service is not available at the moment; try again soon.")

    static func methodNotAllowed(_ allowed: [String]) -> ChatFault {
        var fault = ChatFault(
            405, "method_not_allowed", "The method is not allowed at this address.")
        fault.allowed = allowed.joined(separator: ", ")
        return fault
    }

    static func unsupportedMediaType(_ wanted: String) -> ChatFault {
        ChatFault(415, "unsupported_media_type", "The body must be \(wanted).")
    }

    static func invalidJSON(_ reason: String) -> ChatFault {
        ChatFault(400, "invalid_json", "The body is not a JSON object: \(reason).")
    }

    static func invalid(_ field: String, _ reason: String) -> ChatFault {
        ChatFault(422, "invalid_value", "'\(field)' \(reason).", field: field)
    }

    init(_ refusal: Ceilings.Refusal) {
        let whose =
            switch refusal.ceiling {
            case .visitor: "You have"
            case .address: "Your network has"
            case .node: "All visitors together have"
            }
        self.init(
            429, "too_many_requests",
            "\(whose) sent too many requests; "
                + "try again in \(refusal.retryAfter) s.")
        retryAfter = refusal.retryAfter
    }

    init(_ fault: JSONFault) {
        self =
            switch fault {
            case .syntax(let offset): .invalidJSON("syntax error at byte \(offset)")
            case .notUTF8: .invalidJSON("its text is not UTF-8")
            case .tooDeep: .invalidJSON("it is nested too deeply")
            case .tooLong: .invalidJSON("it is too long")
            }
    }
}
