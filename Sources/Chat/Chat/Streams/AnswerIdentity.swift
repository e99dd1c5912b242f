/// The ids of an answer, its question and its conversation: UUIDs in lower case.
struct AnswerIdentity: Hashable, Sendable {
    var conversation: String
    /// The id of the user's message.
    var question: String
    /// The id of the answer's message, known before its first word.
    var answer: String
}
