/// Which answer to which question of which conversation; UUIDs in lower case.
struct AnswerIdentity: Hashable, Sendable {
    var conversation: String
    /// The user's message.
    var question: String
    /// The answer's own message, known before its first word.
    var answer: String
}
