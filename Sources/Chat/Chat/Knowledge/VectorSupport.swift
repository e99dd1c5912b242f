/// Which search by vectors the database can do.
enum VectorSupport: String, Hashable, Sendable {
    /// There is no pgvector: search is by words alone.
    case none
    /// Every vector is compared (pgvector before 0.5).
    case exact
    /// Along an index, which a filter makes miss results (pgvector before 0.8).
    case hnsw
    /// Along an index that goes on until the filter has left enough.
    case full
}
