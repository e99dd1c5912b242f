import FoundationEssentials

/// A stored question or answer.
struct Message: Hashable, Sendable {
    enum Role: String, Hashable, Sendable {
        case user, assistant, system
    }

    /// How an answer ended.
    enum Status: String, Hashable, Sendable {
        case complete
        /// The answer broke off in the middle.
        case cutOff = "cut_off"
        /// The visitor stopped the answer.
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
    /// The source of an answer; nil for a question.
    var source: Source?
    var model: String?
    var citations: [Citation]
    /// For an answer, its question; for a question, the message before it.
    var parent: UUID?
    /// All versions of this message, oldest first; only its own id if it was never edited or
    /// regenerated.
    var versions: [UUID]
    /// Whether the message is on the conversation's current path.
    var isCurrent: Bool
    /// Position in the conversation; the cursor of listings.
    var position: Int
    /// Milliseconds since 1970.
    var createdAt: Int
}
