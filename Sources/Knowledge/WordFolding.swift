import PostgreSQL
import Synchronization

/// Folds the words of questions as the database does: "prices" is "price", and "the" is nothing.
///
/// The database is asked once for each word; people ask with few.
final class WordFolding: Sendable {
    /// Words that are remembered.
    private static let limit = 16_384
    /// Words of one question, and bytes of one word.
    private static let mostWords = 64
    private static let mostBytes = 64
    /// As in `robbieblocks_search_words`.
    private static let lookedUp = 32

    private let pool: ConnectionPool
    /// Names of text search configurations.
    let languages: [String]
    /// Word → for each language, what it becomes.
    private let known = Mutex<[String: [[String]]]>([:])

    init(_ languages: [String], pool: ConnectionPool) {
        self.languages = languages
        self.pool = pool
    }

    /// - Returns: nil when the question is more than words: phrases, alternatives, exclusions and what
    ///   is written together are for the database.
    func fold(_ question: QuestionWords) async throws(PostgresError) -> FoldedQuestion? {
        guard let words = Self.plainWords(of: question.text) else { return nil }
        let groups = question.related.map { Words.separated($0).map(String.init) }
        let folded = try await fold(Set(words).union(groups.joined()))
        var sentences = [[String]](repeating: [], count: languages.count)
        var lexemes: [(word: String, place: Int)] = []
        for (place, word) in words.enumerated() {
            for (language, results) in (folded[word] ?? []).enumerated() {
                // Such as "e-mail", which must stand in this order.
                guard results.count <= 1 else { return nil }
                guard let result = results.first else { continue }
                if !sentences[language].contains(result) { sentences[language].append(result) }
                if !lexemes.contains(where: { $0.word == result }) {
                    lexemes.append((result, place))
                }
            }
        }
        lexemes.sort { ($0.place, Bytewise($0.word)) < ($1.place, Bytewise($1.word)) }
        let related = groups.map { group in Set(group.flatMap { (folded[$0] ?? []).joined() }) }
        var alternatives: [[String]] = []
        for (word, _) in lexemes.prefix(Self.lookedUp) {
            let all = related.filter { $0.contains(word) }.reduce(into: [word] as Set) {
                $0.formUnion($1)
            }
            let sorted = all.sorted()
            if !alternatives.contains(sorted) { alternatives.append(sorted) }
        }
        return FoldedQuestion(words: alternatives, sentences: sentences)
    }

    /// The words of a text that is nothing but words.
    private static func plainWords(of text: String) -> [String]? {
        // Quotation marks; tags and entities, which may have spaces in them.
        guard !text.utf8.contains(where: { "\"<&".utf8.contains($0) }) else { return nil }
        var words: [String] = []
        for part in Words.separated(text) {
            let word = part.trimmingEnd { "?!,".utf8.contains($0) }
            if word.isEmpty { continue }
            guard word.utf8.first != UInt8(ascii: "-"), word.lowercased() != "or",
                word.utf8.count <= mostBytes, words.count < mostWords
            else { return nil }
            words.append(String(word))
        }
        return words
    }

    private func fold(_ words: Set<String>) async throws(PostgresError) -> [String: [[String]]] {
        var folded: [String: [[String]]] = [:]
        var unknown: [String] = []
        known.withLock { known in
            for word in words {
                if let results = known[word] {
                    folded[word] = results
                } else {
                    unknown.append(word)
                }
            }
        }
        guard !unknown.isEmpty else { return folded }
        let rows = try await pool.run(
            """
            SELECT w.number::integer, l.number::integer, f.lexeme
            FROM unnest(\(unknown)::text[]) WITH ORDINALITY AS w (word, number),
                unnest(\(languages)::text[]::regconfig[]) WITH ORDINALITY AS l (language, number),
                LATERAL unnest(to_tsvector(l.language, w.word)) AS f
            ORDER BY w.number, l.number, f.positions[1]
            """)
        for word in unknown { folded[word] = Array(repeating: [], count: languages.count) }
        for index in 0..<rows.count {
            let word = unknown[try rows[index].value(0, as: Int.self) - 1]
            let language = try rows[index].value(1, as: Int.self) - 1
            folded[word]?[language].append(try rows[index].value(2))
        }
        known.withLock { known in
            if known.count + unknown.count > Self.limit { known.removeAll() }
            for word in unknown { known[word] = folded[word] }
        }
        return folded
    }
}

/// A text that is compared by its bytes, as the database does.
private struct Bytewise: Comparable {
    private let text: String

    init(_ text: String) { self.text = text }

    static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension Substring {
    /// Without the ASCII characters at its end that `isLeftOut` says.
    fileprivate func trimmingEnd(_ isLeftOut: (UInt8) -> Bool) -> Substring {
        var text = self
        while let last = text.utf8.last, isLeftOut(last) { text = text.dropLast() }
        return text
    }
}
