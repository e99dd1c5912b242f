import Core

/// What the index of a node has to tell.
enum KnowledgeEvent: Hashable, Sendable {
    /// This process keeps the index from now on, and the database can search like this.
    case began(VectorSupport)
    /// Another process keeps it; this one waits for its end.
    case waiting
    /// The index agrees with what is live. Pages that were read, removed, and left as they were.
    case indexed(read: Int, removed: Int, unchanged: Int)
    /// So many passages have got a vector; there are no more without.
    case embedded(Int)
    /// Something has failed and will be tried again.
    case failed(Diagnostic)
}
