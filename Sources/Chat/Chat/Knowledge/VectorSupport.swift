/// The kind of vector search the database supports.
enum VectorSupport: String, Hashable, Sendable {
    /// pgvector is not installed: search is by words alone.
    case none
    /// Compares every vector (pgvector before 0.5).
    case exact
    /// Searches an index; a filter can lose results (pgvector before 0.8).
    case hnsw
    /// Searches an index, and continues until enough results pass the filter.
    case full
}
