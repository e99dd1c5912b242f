import FoundationEssentials
public import PostgreSQL
import Synchronization
import SystemSupport

/// Finds what a node's live pages, and a visitor's own messages, say about a question.
///
/// By words and, where there is a vector of the question, by meaning; the two orders become one. Words
/// are looked up in a copy of the node's passages while `follow` keeps one, else in the database. A
/// passage is returned only if the file it was read from is served at this moment with the same bytes:
/// what was edited, unpublished or rolled back is not quoted, however far behind the index is.
public final class KnowledgeBase: Sendable {
    let pool: ConnectionPool
    private let output: String
    private let passagesInMemory: Int
    private let sites = Mutex<[String: LiveSite]>([:])
    private let mirrors = Mutex<[String: PassageMirror]>([:])

    /// Candidates of either kind, of which those that are not live are left out.
    private static let candidates = 40
    /// Passages of one page among the results: the rest of it is a click away.
    private static let passagesPerPage = 3

    /// - Parameters:
    ///   - pool: acting as the role `robbieblocks_chat`.
    ///   - output: the folder that has a folder for each node.
    ///   - passagesInMemory: nodes with more are searched in the database.
    public init(pool: ConnectionPool, output: String, passagesInMemory: Int = 20_000) {
        self.pool = pool
        self.output = output
        self.passagesInMemory = passagesInMemory
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
        let remembered = try await remembered(words, on: node)
        if embedding == nil, let remembered { return pick(remembered, node: node, limit: limit) }
        var queries: [Query] = []
        if remembered == nil { queries.append(Self.byWords(words, node: node)) }
        if let embedding { queries.append(Self.byMeaning(embedding, node: node)) }
        var lists = remembered.map { [Array($0)] } ?? []
        for rows in try await pool.run(queries) {
            // Words come first.
            let isByMeaning = !lists.isEmpty
            var list: [Candidate] = []
            for place in 0..<rows.count {
                list.append(try Candidate(rows[place], node: node, isByMeaning: isByMeaning))
            }
            lists.append(list)
        }
        if lists.count == 1 { return pick(lists[0], node: node, limit: limit) }
        return pick(Self.fuse(lists), node: node, limit: limit)
    }

    /// One order made of that which words give and that of meaning.
    private static func fuse(_ lists: [[Candidate]]) -> [Candidate] {
        var byID: [UUID: Candidate] = [:]
        for candidate in lists.joined() {
            byID[candidate.id, default: candidate].merge(candidate)
        }
        return RankFusion.fuse(lists.map { $0.map(\.id) }).compactMap { byID[$0.element] }
    }

    /// What the copy in memory has; nil when there is none, or the question is not for it.
    private func remembered(
        _ words: QuestionWords, on node: String
    ) async throws(PostgresError) -> WordIndex.Matches? {
        guard let copy = mirror(of: node).copy, let folded = try await copy.folding.fold(words)
        else { return nil }
        return copy.index.search(folded, most: Self.candidates)
    }

    private static func byWords(_ words: QuestionWords, node: String) -> Query {
        // Not WITH ORDINALITY: a function with it is not made part of the query, so that it would be
        // planned anew each time, which takes longer than the search.
        """
        SELECT s.passage_id, s.coverage, \(unsafeSQL: Self.columns)
        FROM (
            SELECT w.passage_id, w.coverage, row_number() OVER () AS place
            FROM robbieblocks_search_passages(\(node), \(words.text),
                \(words.related)::text[], \(Self.candidates)::integer) AS w) AS s
        JOIN document_passages AS p ON p.id = s.passage_id
        JOIN documents AS d ON d.id = p.document_id
        ORDER BY s.place
        """
    }

    private static func byMeaning(_ embedding: Embedding, node: String) -> Query {
        """
        SELECT s.passage_id, s.similarity, \(unsafeSQL: Self.columns)
        FROM robbieblocks_nearest_passages(\(node), \(embedding.text), \(embedding.model),
            \(embedding.vector.count)::integer, \(Self.candidates)::integer)
            WITH ORDINALITY AS s (passage_id, similarity, place)
        JOIN document_passages AS p ON p.id = s.passage_id
        JOIN documents AS d ON d.id = p.document_id
        ORDER BY s.place
        """
    }

    private static let columns =
        "p.content, p.heading, coalesce(p.anchor, ''), d.route, d.title, d.path, d.sha256"

    /// The first candidates that are served at this moment.
    private func pick(
        _ candidates: some Sequence<Candidate>, node: String, limit: Int
    ) -> [Passage] {
        site(of: node).look { isLive in
            var passages: [Passage] = []
            var perPage: [String: Int] = [:]
            for candidate in candidates {
                if passages.count == limit { break }
                let path = candidate.version.path
                guard perPage[path, default: 0] < Self.passagesPerPage, isLive(candidate.version)
                else { continue }
                perPage[path, default: 0] += 1
                passages.append(candidate.passage)
            }
            return passages
        } ?? []
    }

    private func site(of node: String) -> LiveSite {
        sites.withLock { sites in
            if let site = sites[node] { return site }
            let site = LiveSite(output: output, node: node)
            sites[node] = site
            return site
        }
    }

    /// The copy of a node's passages; empty unless `follow` keeps it.
    private func mirror(of node: String) -> PassageMirror {
        mirrors.withLock { mirrors in
            if let mirror = mirrors[node] { return mirror }
            let mirror = PassageMirror(node: node, pool: pool, limit: passagesInMemory)
            mirrors[node] = mirror
            return mirror
        }
    }

    /// Makes the copy in memory what the rows are.
    func refresh(_ node: String) async throws(PostgresError) {
        try await mirror(of: node).refresh()
    }

    /// Passages of the copy in memory.
    func passagesKnown(of node: String) -> Int { mirror(of: node).copy?.index.count ?? 0 }

    /// Keeps a copy of a node's passages in memory, until the task is cancelled.
    public func follow(_ node: String) async { await mirror(of: node).follow() }

    /// Tells `follow` that the rows have changed; of what other processes write it learns by itself.
    public func noteChange(of node: String) { mirror(of: node).look() }
}
