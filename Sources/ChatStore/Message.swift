public import FoundationEssentials

/// A question or an answer that is stored.
public struct Message: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable {
        case user, assistant, system
    }

    /// How far an answer got.
    public enum Status: String, Hashable, Sendable {
        case complete
        /// The model ended in the middle.
        case cutOff = "cut_off"
        /// The visitor stopped it.
        case stopped
        case failed
    }

    public enum Source: String, Hashable, Sendable {
        case model, retrieval
    }

    public var id: UUID
    public var conversation: UUID
    public var role: Role
    public var text: String
    public var status: Status
    /// Who answered; nil for a question.
    public var source: Source?
    public var model: String?
    public var citations: [Citation]
    /// Of an answer, the question; of a question, the message before it.
    public var parent: UUID?
    /// All versions of this message, oldest first; only itself when it was never edited or answered
    /// anew.
    public var versions: [UUID]
    /// Whether it is on the conversation's current path.
    public var isCurrent: Bool
    /// Its place in the conversation; the cursor of listings.
    public var position: Int
    /// Milliseconds since 1970.
    public var createdAt: Int
}

/// A passage of a page that an answer rests on.
public struct Citation: Hashable, Sendable, Codable {
    public var title: String
    /// Such as `/work/dashboard/`.
    public var route: String
    /// The heading's anchor on the page, without `#`.
    public var anchor: String?
    public var heading: String?
    /// What the text calls it, as `[1]`.
    public var number: Int?

    public init(
        title: String, route: String, anchor: String? = nil, heading: String? = nil,
        number: Int? = nil
    ) {
        self.title = title
        self.route = route
        self.anchor = anchor
        self.heading = heading
        self.number = number
    }
}
