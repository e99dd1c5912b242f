import Core
import FoundationEssentials
import PostgreSQL
import Synchronization
import System

/// Searches a node's live pages, and a visitor's own messages, for a question.
///
/// Searches by words and, if the question has a vector, by meaning, and merges both rankings into
/// one. Words are looked up in an in-memory copy of the node's passages, or in the database for a
/// node with very many. A passage is returned only if the file it was read from is being served
/// with the same bytes, so that edited, unpublished or rolled-back text is not quoted, however far
/// behind the index is.
final class KnowledgeBase: Sendable {
    let pool: ConnectionPool
    private let output: String
    private let passagesInMemory: Int
    private let sites = Mutex<[String: LiveSite]>([:])
    private let mirrors = Mutex<[String: PassageMirror]>([:])

    /// Candidates that each kind of search returns, before those that are not live are dropped.
    private static let candidates = 40
    /// Passages of one page among the results: the rest of the page is a click away.
    private static let passagesPerPage = 3

    /// - Parameters:
    ///   - pool: connections with the role `robbieblocks_chat`.
    ///   - output: the folder that contains a folder for each node.
    ///   - passagesInMemory: nodes with more passages are searched in the database.
    init(pool: ConnectionPool, output: String, passagesInMemory: Int = 20_000) {
        self.pool = pool
        self.output = output
        self.passagesInMemory = passagesInMemory
    }

    /// Returns passages about a question, best first.
    ///
    /// - Parameters:
    ///   - embedding: of the question; nil searches by words alone.
    ///   - limit: 20 at most.
    /// - Returns: an empty array when no live page shares a word with the question.
    func search(
        node: String, question: String, embedding: Embedding? = nil, limit: Int = 6
    ) async throws(PostgresError) -> [Passage] {
        try await find(node: node, question: question, embedding: embedding, limit: limit).passages
    }

    /// Returns passages about a question, and what else an answer without a model needs.
    ///
    /// - Parameters:
    ///   - before: earlier questions of the conversation, newest first, which give a question such
    ///     as "and how much is that?" its meaning.
    ///   - embedding: of the question; nil searches by words alone.
    ///   - limit: of the passages, 20 at most.
    func find(
        node: String, question: String, before: [String] = [], embedding: Embedding? = nil,
        limit: Int = 6
    ) async throws(PostgresError) -> SearchResults {
        let mirror = mirror(of: node)
        if !mirror.isFollowed || mirror.copy == nil {
            do throws(PostgresError) {
                try await mirror.refresh()
            } catch {
                // The previous copy is good enough: passages that are no longer live are dropped
                // below.
                if mirror.copy == nil { throw error }
            }
        }
        guard let copy = mirror.copy else { return SearchResults(question: question) }
        let terms = try await QuestionTerms(
            QuestionWords(question), context: before.prefix(2).map { QuestionWords($0) },
            folding: copy.folding, spelling: copy.spelling
        ) { copy.index?.has($0) ?? true }
        var candidates =
            if let index = copy.index { index.search(terms, most: Self.candidates) } else {
                try await searchInDatabase(terms, node: node)
            }
        if let embedding {
            let near = try await nearest(embedding, node: node)
            if !near.isEmpty { candidates = Self.fuse(candidates, near: near) }
        }
        candidates = Self.inOneLanguage(candidates, of: terms)
        var results = SearchResults(question: question)
        results.passages = pick(candidates, node: node, limit: min(limit, 20))
        results.cues = terms.cues
        results.aspect = terms.aspect
        results.language = terms.language
        results.contact = contact(copy, node: node)
        return results
    }

    /// Whether a question may depend on the one before it, as "and how much is that?" does.
    static func isFollowUp(_ question: String) -> Bool {
        let words = QuestionWords(question)
        return words.isFollowUp || words.words.isEmpty
            || words.words.allSatisfy { QuestionVocabulary.fillers.contains($0) }
            || words.aspect != nil && words.words.allSatisfy(QuestionVocabulary.namesNothing)
    }

    /// Returns a citation of the site's contact page, if it is live.
    private func contact(_ copy: PassageMirror.Copy, node: String) -> Citation? {
        guard let page = copy.contact, site(of: node).look({ $0(page.version) }) == true else {
            return nil
        }
        return Citation(title: page.title, route: page.route, anchor: nil)
    }

    /// Drops pages in other languages that repeat the content, if a page in the question's language
    /// answers it.
    private static func inOneLanguage(
        _ candidates: [Candidate], of question: QuestionTerms
    ) -> [Candidate] {
        guard question.isLanguageCertain, let first = candidates.first?.passage,
            first.language.isUTF8Equal(to: question.language),
            !first.isDoubtful || candidates.allSatisfy(\.passage.isDoubtful)
        else { return candidates }
        return candidates.filter { $0.passage.language.isUTF8Equal(to: question.language) }
    }

    /// The weight of a full match by meaning, relative to a match of all words.
    private static let meaningShare = 0.3
    /// The relevance from which a passage answers a question by meaning alone. Below it, a passage
    /// may merely be about the same subject.
    private static let certainMeaning = 0.7

    /// Merges the ranking by words and the ranking by meaning into one.
    ///
    /// When words have found an answer, meaning only decides between passages of about equal score;
    /// the less of the question the words have found, the more meaning counts.
    static func fuse(_ words: [Candidate], near: [Candidate]) -> [Candidate] {
        let isFound = words.contains { $0.passage.strength >= 0.8 && !$0.passage.isDoubtful }
        let trust = isFound ? 1 : words.map(\.passage.relevance).max() ?? 0
        var fused: [UUID: Candidate] = [:]
        for var candidate in words {
            candidate.passage.strength *= trust
            fused[candidate.id] = candidate
        }
        for var candidate in near {
            candidate.passage.strength = candidate.passage.relevance * meaningShare
            candidate.passage.isDoubtful = candidate.passage.relevance < certainMeaning
            if fused[candidate.id]?.merge(candidate) == nil { fused[candidate.id] = candidate }
        }
        let most = fused.values.map(\.passage.strength).max() ?? 0
        // Candidates of equal score keep the order in which they were found.
        var isSeen: Set<UUID> = []
        return (words + near).compactMap { isSeen.insert($0.id).inserted ? fused[$0.id] : nil }
            .map { candidate in
                var candidate = candidate
                candidate.passage.strength /= max(most, .leastNormalMagnitude)
                return candidate
            }
            .enumerated().sorted {
                ($0.element.passage.strength, -$0.offset)
                    > ($1.element.passage.strength, -$1.offset)
            }.map(\.element)
    }

    /// Searches by words for a node with very many passages: the database selects candidates, which
    /// are ranked here.
    private func searchInDatabase(
        _ terms: QuestionTerms, node: String
    ) async throws(PostgresError) -> [Candidate] {
        guard !terms.terms.isEmpty else { return [] }
        let queries = terms.terms.map { term in
            term.alternatives.keys.sorted().map(Self.quoted).joined(separator: " | ")
        }
        let found = try await pool.run([
            """
            SELECT passage_id, counts FROM robbieblocks_candidate_passages(
                \(node), \(queries)::text[])
            """,
            "SELECT passages FROM document_indexes WHERE node_id = \(node)",
        ])
        var ids: [UUID] = []
        for place in 0..<found[0].count { ids.append(try found[0][place].value(0)) }
        guard !ids.isEmpty, found[1].count > 0 else { return [] }
        let frequencies = WordIndex.Frequencies(
            passages: try found[1][0].value(0), counts: try found[0][0].value(1))
        let rows = try await pool.run([
            PassageRows.query(of: ids), PassageRows.pages(of: ids),
            PassageRows.pageWords(of: ids, isPassages: true),
        ])
        let index = try PassageRows.index(rows, node: node)
        return index.search(terms, most: Self.candidates, frequencies: frequencies)
    }

    /// Quotes a folded word as a query of one word.
    private static func quoted(_ word: String) -> String {
        "'" + word.replacingUTF8("\\", with: "\\\\").replacingUTF8("'", with: "''") + "'"
    }

    /// Returns the passages nearest to a question's vector, nearest first, without excluded pages.
    private func nearest(
        _ embedding: Embedding, node: String
    ) async throws(PostgresError) -> [Candidate] {
        let rows = try await pool.run(
            """
            SELECT s.passage_id, p.content, p.heading, coalesce(p.anchor, ''), d.route, d.title,
                d.path, d.sha256, s.similarity, robbieblocks_document_weight(\(node), d.route)::float8,
                e.low, e.high, d.language::text
            FROM robbieblocks_nearest_passages(\(node), \(embedding.text), \(embedding.model),
                \(embedding.vector.count)::integer, \(Self.candidates)::integer)
                WITH ORDINALITY AS s (passage_id, similarity, place)
            JOIN document_passages AS p ON p.id = s.passage_id
            JOIN documents AS d ON d.id = p.document_id
            LEFT JOIN embedding_scales AS e ON e.node_id = \(node) AND e.model = \(embedding.model)
            ORDER BY s.place
            """)
        var near: [Candidate] = []
        for place in 0..<rows.count {
            let row = rows[place]
            let weight: Double = try row.value(9)
            guard weight > 0 else { continue }
            let scale = EmbeddingScale(
                low: try row.optional(10) ?? EmbeddingScale.usual.low,
                high: try row.optional(11) ?? EmbeddingScale.usual.high)
            let anchor: String = try row.value(3)
            var passage = Passage(
                id: try row.value(0), node: node, route: try row.value(4), title: try row.value(5),
                heading: try row.value(2), anchor: anchor.isEmpty ? nil : anchor,
                text: try row.value(1),
                relevance: scale.relevance(of: try row.value(8)) * min(1, weight))
            passage.language = try row.value(12)
            near.append(
                Candidate(passage: passage, version: try PageVersion(row, path: 6, digest: 7)))
        }
        // Passages of pages with a lower weight come later.
        near = near.enumerated().sorted {
            ($0.element.passage.relevance, -$0.offset) > ($1.element.passage.relevance, -$1.offset)
        }.map(\.element)
        let most = near.first?.passage.relevance ?? 0
        for place in near.indices {
            let relevance = near[place].passage.relevance
            near[place].passage.strength = most > 0 ? relevance / most : 0
        }
        return near
    }

    /// Returns the first candidates that are live now.
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

    /// Returns the page at an address, or the start page, as it is being served.
    ///
    /// - Parameter address: a path, with or without a query.
    /// - Returns: nil before the first release.
    func html(at address: String, of node: String) -> String? {
        site(of: node).html(at: address) ?? site(of: node).html(at: "/")
    }

    private func site(of node: String) -> LiveSite {
        sites.withLock { sites in
            if let site = sites[node] { return site }
            let site = LiveSite(output: output, node: node)
            sites[node] = site
            return site
        }
    }

    /// Returns the copy of a node's passages. While `follow` keeps it current, questions do not
    /// check it against the rows.
    private func mirror(of node: String) -> PassageMirror {
        mirrors.withLock { mirrors in
            if let mirror = mirrors[node] { return mirror }
            let mirror = PassageMirror(node: node, pool: pool, limit: passagesInMemory)
            mirrors[node] = mirror
            return mirror
        }
    }

    /// Brings the copy in memory up to date with the rows.
    func refresh(_ node: String) async throws(PostgresError) {
        try await mirror(of: node).refresh()
    }

    /// Returns the number of passages in the copy in memory.
    func passagesKnown(of node: String) -> Int { mirror(of: node).copy?.index?.count ?? 0 }

    /// Keeps a copy of a node's passages in memory until the task is cancelled.
    func follow(_ node: String) async { await mirror(of: node).follow() }

    /// Tells `follow` that the rows have changed. It detects other processes' writes by itself.
    func noteChange(of node: String) { mirror(of: node).look() }
}
