import FoundationEssentials
import PostgreSQL
import SystemSupport

/// A passage that a search has found, and the version of the page that it was read from.
struct Candidate: Sendable {
    var passage: Passage
    var version: PageVersion

    var id: UUID { passage.id }

    init(_ row: QueryResult.Row, node: String, isByMeaning: Bool) throws(PostgresError) {
        let anchor: String = try row.value(4)
        let measure: Double = try row.value(1)
        passage = Passage(
            id: try row.value(0), node: node, route: try row.value(5), title: try row.value(6),
            heading: try row.value(3), anchor: anchor.isEmpty ? nil : anchor,
            text: try row.value(2),
            relevance: isByMeaning ? Self.relevance(ofSimilarity: measure) : measure)
        version = try PageVersion(row, path: 7, digest: 8)
    }

    init(passage: Passage, version: PageVersion) {
        self.passage = passage
        self.version = version
    }

    /// Cosines of texts that have nothing to do with each other are well above zero.
    private static func relevance(ofSimilarity similarity: Double) -> Double {
        min(1, max(0, (similarity - 0.4) / 0.4))
    }

    mutating func merge(_ other: Candidate) {
        passage.relevance = max(passage.relevance, other.passage.relevance)
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
