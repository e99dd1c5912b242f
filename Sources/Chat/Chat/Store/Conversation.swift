import Core
import FoundationEssentials

/// A conversation of a visitor with a node.
struct Conversation: Hashable, Sendable {
    var id: UUID
    /// The beginning of the first question, until somebody chooses another; nil while there is none.
    var title: String?
    /// Milliseconds since 1970.
    var createdAt: Int
    var updatedAt: Int
}

/// A part of a listing.
struct Page<Element: Sendable>: Sendable {
    var elements: [Element]
    /// What to ask for to get what comes after; nil when this is the end.
    var next: String?
}

/// A place in a listing of conversations: the last one that was listed.
struct ConversationCursor: Hashable, LosslessStringConvertible {
    /// Microseconds since 1970, as exact as the server keeps them.
    var updatedAt: Int
    var id: UUID

    init(updatedAt: Int, id: UUID) {
        self.updatedAt = updatedAt
        self.id = id
    }

    init?(_ description: String) {
        let parts = description.splitUTF8(separator: ".", maxSplits: 1)
        guard parts.count == 2, let updatedAt = Int(parts[0]),
            let id = UUID(uuidString: String(parts[1])),
            // Within the years that the server knows.
            abs(updatedAt) < 200_000_000_000_000_000
        else { return nil }
        self.init(updatedAt: updatedAt, id: id)
    }

    var description: String { "\(updatedAt).\(id.uuidString.lowercased())" }
}
