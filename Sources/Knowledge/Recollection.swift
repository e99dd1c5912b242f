public import FoundationEssentials
public import PostgreSQL

/// A message of a visitor's own that a search has found.
public struct Recollection: Hashable, Sendable {
    public var id: UUID
    public var conversation: UUID
    public var role: String
    public var content: String
    public var createdAt: Timestamp
    /// Higher is better; comparable within one search only.
    public var score: Double
}
