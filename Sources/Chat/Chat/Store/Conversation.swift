import Core
import FoundationEssentials

/// A conversation of a visitor with a node.
struct Conversation: Hashable, Sendable {
    var id: UUID
    /// The beginning of the first question, unless the visitor chose a title; nil before the first
    /// question.
    var title: String?
    /// Milliseconds since 1970.
    var createdAt: Int
    var updatedAt: Int
}

/// One page of a listing.
struct Page<Element: Sendable>: Sendable {
    var elements: [Element]
    /// The cursor of the next page; nil at the end.
    var next: String?
}

/// A position in a listing of conversations: the last conversation listed.
struct ConversationCursor: Hashable, LosslessStringConvertible {
    /// Microseconds since 1970, the precision of PostgreSQL.
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
            // Within the range of years that PostgreSQL supports.
            abs(updatedAt) < 200_000_000_000_000_000
        else { return nil }
        self.init(updatedAt: updatedAt, id: id)
    }

    var description: String { "\(updatedAt).\(id.uuidString.lowercased())" }
}
