import Core

/// An event in the life of a node's index, for the log.
enum KnowledgeEvent: Hashable, Sendable {
    /// This process maintains the index from now on, with this kind of vector search.
    case began(VectorSupport)
    /// Another process maintains the index; this one waits for it to end.
    case waiting
    /// The index agrees with the live pages. Counts the pages read, removed and left unchanged.
    case indexed(read: Int, removed: Int, unchanged: Int)
    /// How many passages were embedded; none without a vector remain.
    case embedded(Int)
    /// An operation failed and will be retried.
    case failed(Diagnostic)
}
