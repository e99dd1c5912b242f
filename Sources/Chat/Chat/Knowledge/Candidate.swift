import FoundationEssentials
import PostgreSQL
import System

/// A passage that a search has found, and the version of the page that it was read from.
struct Candidate: Sendable {
    var passage: Passage
    var version: PageVersion

    var id: UUID { passage.id }

    init(passage: Passage, version: PageVersion) {
        self.passage = passage
        self.version = version
    }

    /// Adds that the same passage was found in another way.
    mutating func merge(_ other: Candidate) {
        // Each was found in its own way: one that is certain is enough.
        passage.isDoubtful = passage.isDoubtful && other.passage.isDoubtful
        passage.relevance = max(passage.relevance, other.passage.relevance)
        passage.strength += other.passage.strength
    }
}

extension PageVersion {
    /// - Parameters:
    ///   - path: the number of its column.
    ///   - digest: likewise, of the digest in 32 bytes.
    init(_ row: QueryResult.Row, path: Int, digest: Int) throws(PostgresError) {
        let bytes: Bytes = try row.value(digest)
        guard let digest = SHA256Digest(bytes: bytes.bytes) else {
            throw PostgresError(.decoding, "column 'sha256' is no digest")
        }
        self.init(path: try row.value(path), digest: digest)
    }
}
