import Core
import PostgreSQL
import Synchronization

/// Folds words as the database does: "prices" becomes "price", and "the" becomes nothing.
///
/// Asks the database once for each word and remembers the result, since questions use few different
/// words.
final class WordFolding: Sendable {
    /// A word → for each language, its folded forms: several for a compound such as "e-mail", none
    /// for a stop word.
    typealias Folded = [String: [[String]]]

    /// Maximum number of words remembered.
    private static let limit = 16_384

    private let pool: ConnectionPool
    /// Names of text search configurations: first those of the pages, then the others in which
    /// questions may be asked.
    let languages: [String]
    /// How many of `languages` are languages of the pages.
    let pageLanguages: Int
    private let known = Mutex<Folded>([:])
    private let concepts = Mutex<FoldedConcepts?>(nil)

    /// - Parameter pages: text search configurations, that of most pages first.
    init(pages: [String], pool: ConnectionPool) {
        languages = pages + Concepts.languages.filter { !pages.contains($0) }
        pageLanguages = pages.count
        self.pool = pool
    }

    /// Returns the concept groups with folded words.
    func foldedConcepts() async throws(PostgresError) -> FoldedConcepts {
        if let concepts = concepts.withLock({ $0 }) { return concepts }
        let folded = try await fold(FoldedConcepts.words)
        let made = FoldedConcepts(folded, languages: languages, pageLanguages: pageLanguages)
        concepts.withLock { $0 = made }
        return made
    }

    func fold(_ words: Set<String>) async throws(PostgresError) -> Folded {
        var folded: Folded = [:]
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

/// The groups of `Concepts`, in the word forms that an index has.
struct FoldedConcepts: Sendable {
    /// Every word of every group.
    static let words = Set(
        Concepts.groups.flatMap { group in
            group.values.flatMap {
                Words.separated($0).map(String.init).filter { !$0.isUTF8Equal(to: "|") }
            }
        })

    /// A group that a folded word belongs to, and the group's words that fold to it.
    private struct Membership {
        var group: Int
        var words: [[UInt32]]
    }

    /// Letters by which a form of a word may differ from another after their common prefix.
    private static let ending = 4

    /// For each language of a question: folded word → groups.
    private let groups: [String: [String: [Membership]]]
    /// For each group, its words as the pages' languages fold them.
    let lexemes: [[String]]

    init(_ folded: WordFolding.Folded, languages: [String], pageLanguages: Int) {
        var groups: [String: [String: [Membership]]] = [:]
        var lexemes: [[String]] = []
        for (number, group) in Concepts.groups.enumerated() {
            var own: [String] = []
            for (language, words) in group {
                guard let place = languages.firstIndex(of: language) else { continue }
                var leads = true
                for word in Words.separated(words).map(String.init) {
                    if word.isUTF8Equal(to: "|") {
                        leads = false
                        continue
                    }
                    let results = folded[word]?[place] ?? []
                    // A heading such as "Where we are" keeps words that are stop words elsewhere.
                    for lexeme in results.isEmpty ? [word] : results {
                        if leads {
                            Self.add(
                                word, to: &groups[language, default: [:]][lexeme, default: []],
                                of: number)
                        }
                        if place < pageLanguages, !own.contains(lexeme) { own.append(lexeme) }
                    }
                }
            }
            lexemes.append(own.sorted())
        }
        self.groups = groups
        self.lexemes = lexemes
    }

    private static func add(
        _ word: String, to memberships: inout [Membership], of group: Int
    ) {
        let letters = word.unicodeScalars.map(\.value)
        if memberships.last?.group == group {
            memberships[memberships.count - 1].words.append(letters)
        } else {
            memberships.append(Membership(group: group, words: [letters]))
        }
    }

    /// Returns the groups of a word in a question's language.
    ///
    /// Folding also unites unrelated words, such as "organic" and "organisation", so only forms of
    /// the group's own words count.
    ///
    /// - Parameters:
    ///   - word: as written.
    ///   - lexeme: one of its folded forms.
    func groups(of word: String, _ lexeme: String, in language: String) -> [Int] {
        let letters = word.unicodeScalars.map(\.value)
        return (groups[language]?[lexeme] ?? []).filter { membership in
            membership.words.contains { known in
                let shared = zip(letters, known).prefix { $0 == $1 }.count
                return max(letters.count, known.count) - shared <= Self.ending
            }
        }.map(\.group)
    }
}
