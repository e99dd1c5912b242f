import FoundationEssentials
import PostgreSQL
import System

/// A passage found by a search, and the version of the page it was read from.
struct Candidate: Sendable {
    var passage: Passage
    var version: PageVersion

    var id: UUID { passage.id }

    init(passage: Passage, version: PageVersion) {
        self.passage = passage
        self.version = version
    }

    /// Combines this candidate with the same passage found by another search.
    mutating func merge(_ other: Candidate) {
        // One search that is certain is enough.
        passage.isDoubtful = passage.isDoubtful && other.passage.isDoubtful
        passage.relevance = max(passage.relevance, other.passage.relevance)
        passage.strength += other.passage.strength
    }
}

extension PageVersion {
    /// - Parameters:
    ///   - path: column number of the path.
    ///   - digest: column number of the SHA-256 digest (32 bytes).
    init(_ row: QueryResult.Row, path: Int, digest: Int) throws(PostgresError) {
        let bytes: Bytes = try row.value(digest)
        guard let digest = SHA256Digest(bytes: bytes.bytes) else {
            throw PostgresError(.decoding, "column 'sha256' is not a digest")
        }
        self.init(path: try row.value(path), digest: digest)
    }
}
