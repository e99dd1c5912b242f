import FoundationEssentials
import PostgreSQL

/// A message of a visitor's own that a search has found.
struct Recollection: Hashable, Sendable {
    var id: UUID
    var conversation: UUID
    var role: String
    var content: String
    var createdAt: Timestamp
    /// Higher is better; comparable within one search only.
    var score: Double
}
