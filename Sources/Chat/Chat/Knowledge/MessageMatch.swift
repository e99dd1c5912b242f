import FoundationEssentials
import PostgreSQL

/// One of the visitor's own messages, found by a search.
struct MessageMatch: Hashable, Sendable {
    var id: UUID
    var conversation: UUID
    var role: String
    var content: String
    var createdAt: Timestamp
    /// Higher is better; comparable within one search only.
    var score: Double
}
