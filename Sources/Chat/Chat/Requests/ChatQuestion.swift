import Core

/// A visitor's question, validated.
struct ChatQuestion: Hashable, Sendable {
    enum Replacement: Hashable, Sendable {
        /// Replaces a question, given by its message; later messages leave the current path.
        case edit(String)
        /// Asks for a new answer in place of this one, given by its message.
        case regenerate(String)
    }

    /// 1 to 4000 characters; empty for a regenerated answer, whose question is already stored.
    var message: String
    var conversation: String?
    /// The mood of this answer, 1 to 7; nil for the node's own.
    var mood: Int?
    /// The idempotency key: a question with the same key is asked once, however often it is sent.
    var key: String?
    var replaces: Replacement?

    static let messageLimit = 4000
    static let keyLimit = 255

    init(message: String, conversation: String? = nil) {
        self.message = message
        self.conversation = conversation
    }

    /// - Parameter key: from the `Idempotency-Key` header; a member of the object takes precedence.
    init(_ object: RequestObject, key: String? = nil) throws(ChatFault) {
        conversation = try object.identifier("conversation_id")
        if let name = try object.text("personality") {
            guard let index = Personality.moodNames.firstIndex(of: name) else {
                throw .invalid(
                    "personality",
                    "must be one of \(Personality.moodNames.joined(separator: ", "))")
            }
            mood = index + 1
        }
        self.key = try object.label("idempotency_key", limit: Self.keyLimit)
        if self.key == nil, let key, !key.isEmpty {
            self.key = try RequestObject(["idempotency_key": .string(key)])
                .label("idempotency_key", limit: Self.keyLimit)
        }
        let edited = try object.identifier("edit")
        let regenerated = try object.identifier("regenerate")
        switch (edited, regenerated) {
        case (nil, nil): break
        case (let message?, nil): replaces = .edit(message)
        case (nil, let answer?): replaces = .regenerate(answer)
        default:
            throw ChatFault(
                409, "edit_or_regenerate", "A message is either edited or answered again.",
                field: "regenerate")
        }
        let text = try object.text("message")
        if case .regenerate = replaces {
            message = ""
        } else {
            message = try Self.check(text ?? "")
        }
        // A message to replace belongs to a conversation, so a request without one cannot name it.
        guard replaces == nil || conversation != nil else { throw .unknownConversation }
    }

    /// - Throws: 422 with the reason when the message is empty, too long, or contains characters
    ///   that cannot be stored.
    static func check(_ message: String) throws(ChatFault) -> String {
        guard message.unicodeScalars.contains(where: { !isSpace($0) }) else {
            throw ChatFault(422, "message_empty", "The message is empty.", field: "message")
        }
        // Counted in Unicode scalars, like JSON Schema and Python.
        let length = message.unicodeScalars.count
        guard length <= messageLimit else {
            throw ChatFault(
                422, "message_too_long",
                "The message has \(length) characters; \(messageLimit) are allowed.",
                field: "message")
        }
        guard !message.utf8.contains(0) else {
            throw .invalid("message", "must not contain the character NUL")
        }
        return message
    }

    private static func isSpace(_ scalar: UnicodeScalar) -> Bool {
        scalar.properties.isWhitespace || (0x1c...0x1f).contains(scalar.value) || scalar.value == 0
    }
}
