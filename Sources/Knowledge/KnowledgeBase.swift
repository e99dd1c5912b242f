import FoundationEssentials
public import PostgreSQL
import Synchronization
import SystemSupport

/// Finds what a node's live pages, and a visitor's own messages, say about a question.
///
/// By words and, where there is a vector of the question, by meaning; the two orders become one. A
/// passage is returned only if the file it was read from is served at this moment with the same bytes:
/// what was edited, unpublished or rolled back is not quoted, however far behind the index is.
public final class KnowledgeBase: Sendable {
    let pool: ConnectionPool
    private let output: String
    private let sites = Mutex<[String: LiveSite]>([:])

    /// Candidates of either kind, of which those that are not live are left out.
    private static let candidates = 40
    /// Candidates that are read for each passage that is wanted, of a search by words alone: it is
    /// seldom that more of them are not live, and then the search is made again.
    private static let candidatesPerPassage = 2
    /// Passages of one page among the results: the rest of it is a click away.
    private static let passagesPerPage = 3

    /// - Parameters:
    ///   - pool: acting as the role `robbieblocks_chat`.
    ///   - output: the folder that has a folder for each node.
    public init(pool: ConnectionPool, output: String) {
        self.pool = pool
        self.output = output
    }

    /// Passages about a question, best first.
    ///
    /// - Parameters:
    ///   - embedding: of the question; nil searches by words alone.
    ///   - limit: 20 at most.
    /// - Returns: nothing when no live page shares a word with the question.
    public func search(
        node: String, question: String, embedding: Embedding? = nil, limit: Int = 6
    ) async throws(PostgresError) -> [Passage] {
        let words = QuestionWords(question)
        let limit = min(limit, 20)
        let few = limit * Self.candidatesPerPassage
        if embedding == nil, few < Self.candidates {
            let found = try await candidates(few, node: node, words: words, embedding: nil)
            let passages = pick(found, node: node, limit: limit)
            if passages.count == limit || found.byID.count < few { return passages }
        }
        let found = try await candidates(
            Self.candidates, node: node, words: words, embedding: embedding)
        return pick(found, node: node, limit: limit)
    }

    /// What may be returned, in the order that words give and in that of meaning.
    private struct Found {
        var byID: [UUID: Candidate] = [:]
        var lists: [[UUID]] = []
    }

    private func candidates(
        _ most: Int, node: String, words: QuestionWords, embedding: Embedding?
    ) async throws(PostgresError) -> Found {
        // Not WITH ORDINALITY: a function with it is not made part of the query, so that it would be
        // planned anew each time, which takes longer than the search.
        var queries: [Query] = [
            """
            SELECT s.passage_id, s.coverage, \(unsafeSQL: Self.columns)
            FROM (
                SELECT f.passage_id, f.coverage, f.place,
                    row_number() OVER (PARTITION BY p.document_id ORDER BY f.place) AS number
                FROM (
                    SELECT w.passage_id, w.coverage, row_number() OVER () AS place
                    FROM robbieblocks_search_passages(\(node), \(words.text),
                        \(words.related)::text[], \(Self.candidates)::integer) AS w) AS f
                JOIN document_passages AS p ON p.id = f.passage_id) AS s
            JOIN document_passages AS p ON p.id = s.passage_id
            JOIN documents AS d ON d.id = p.document_id
            WHERE s.number <= \(Self.passagesPerPage)::integer
            ORDER BY s.place LIMIT \(most)::integer
            """
        ]
        if let embedding {
            queries.append(
                """
                SELECT s.passage_id, s.similarity, \(unsafeSQL: Self.columns)
                FROM robbieblocks_nearest_passages(\(node), \(embedding.text), \(embedding.model),
                    \(embedding.vector.count)::integer, \(most)::integer)
                    WITH ORDINALITY AS s (passage_id, similarity, place)
                JOIN document_passages AS p ON p.id = s.passage_id
                JOIN documents AS d ON d.id = p.document_id
                ORDER BY s.place
                """)
        }
        let results = try await pool.run(queries)
        var found = Found()
        for (index, rows) in results.enumerated() {
            var list: [UUID] = []
            for place in 0..<rows.count {
                let candidate = try Candidate(rows[place], node: node, isByMeaning: index == 1)
                found.byID[candidate.id, default: candidate].merge(candidate)
                list.append(candidate.id)
            }
            found.lists.append(list)
        }
        return found
    }

    private static let columns =
        "p.content, p.heading, coalesce(p.anchor, ''), d.route, d.title, d.path, d.sha256"

    private func pick(_ found: Found, node: String, limit: Int) -> [Passage] {
        let order = RankFusion.fuse(found.lists)
        let live = site(of: node).live(Set(found.byID.values.map(\.version)))
        var passages: [Passage] = []
        var perPage: [String: Int] = [:]
        for (id, score) in order where passages.count < limit {
            guard let candidate = found.byID[id], live.contains(candidate.version),
                perPage[candidate.version.path, default: 0] < Self.passagesPerPage
            else { continue }
            perPage[candidate.version.path, default: 0] += 1
            var passage = candidate.passage
            passage.score = score
            passages.append(passage)
        }
        return passages
    }

    private func site(of node: String) -> LiveSite {
        sites.withLock { sites in
            if let site = sites[node] { return site }
            let site = LiveSite(output: output, node: node)
            sites[node] = site
            return site
        }
    }
}

/// A passage that a search has found, and the version of the page that it was read from.
private struct Candidate {
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
        let bytes: Bytes = try row.value(8)
        guard let digest = SHA256Digest(bytes: bytes.bytes) else {
            throw PostgresError(.decoding, "column 'sha256' is no digest")
        }
        version = PageVersion(path: try row.value(7), digest: digest)
    }

    /// Cosines of texts that have nothing to do with each other are well above zero.
    private static func relevance(ofSimilarity similarity: Double) -> Double {
        min(1, max(0, (similarity - 0.4) / 0.4))
    }

    mutating func merge(_ other: Candidate) {
        passage.relevance = max(passage.relevance, other.passage.relevance)
    }
}
