import FoundationEssentials

/// A question or an answer that is stored.
struct Message: Hashable, Sendable {
    enum Role: String, Hashable, Sendable {
        case user, assistant, system
    }

    /// How far an answer got.
    enum Status: String, Hashable, Sendable {
        case complete
        /// The model ended in the middle.
        case cutOff = "cut_off"
        /// The visitor stopped it.
        case stopped
        case failed
    }

    enum Source: String, Hashable, Sendable {
        case model, retrieval
    }

    var id: UUID
    var conversation: UUID
    var role: Role
    var text: String
    var status: Status
    /// Who answered; nil for a question.
    var source: Source?
    var model: String?
    var citations: [Citation]
    /// Of an answer, the question; of a question, the message before it.
    var parent: UUID?
    /// All versions of this message, oldest first; only itself when it was never edited or answered
    /// anew.
    var versions: [UUID]
    /// Whether it is on the conversation's current path.
    var isCurrent: Bool
    /// Its place in the conversation; the cursor of listings.
    var position: Int
    /// Milliseconds since 1970.
    var createdAt: Int
}
