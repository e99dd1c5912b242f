import Core
import FoundationEssentials
import Glibc

/// An in-memory index of a node's passages: the words of each passage and of its page.
///
/// The database folded the words, and ranked their prominence, when the passage was read.
struct WordIndex: Sendable {
    /// A page as a whole.
    struct Page: Sendable {
        var document: UUID
        var route: String
        var title: String
        var version: PageVersion
        /// A text search configuration.
        var language: String
        /// Weight of the page in searches; see `document_weights`.
        var weight: Double
        /// Folded words of its title, its route, its description and the text of links to it.
        var words: [(word: String, rank: Float)]
    }

    /// A passage with its words.
    struct Entry: Sendable {
        var candidate: Candidate
        /// The page, and the position of the passage within it. Passages of equal score keep this
        /// order.
        var document: UUID
        var ordinal: Int
        /// Folded words → how prominent each is in the passage, according to `ts_rank`.
        var words: [(word: String, rank: Float)]
        /// A factor for length: a passage of a line or two seldom answers anything.
        var substance: Double
    }

    /// How many of all passages have each word of a question, for an index of only some of them.
    struct Frequencies: Sendable {
        var passages: Int
        var counts: [Int]
    }

    private struct Hit {
        var entry: Int32
        var rank: Float
    }

    private let entries: [Entry]
    /// For each entry, the index of its page in `pages`.
    private let pageOf: [Int32]
    private let pages: [Page]
    /// For each page, its first entries.
    private let firstEntries: [[Int32]]
    /// Word → the passages that have it, in their order.
    private let hits: [String: [Hit]]
    /// Word → the pages whose page-level text has it.
    private let pageHits: [String: [Hit]]

    /// The rank of a word that occurs once in a heading: the maximum for one occurrence.
    private static let fullRank: Float = 0.608
    /// The share of a page-level match that counts for each of its passages.
    private static let pageShare = 0.7
    /// Passages of one page that a page-level match adds.
    private static let perPage = 8
    /// Number of top passages that are read to see whether they have what the question asks for.
    private static let read = 60
    /// Share of the question's essential weight that may be on no page while the answer still
    /// counts as certain: one of many words.
    private static let mostMissing = 0.2
    /// Factor for a passage on a page whose title the question names.
    private static let namedPage = 1.2
    /// Factor for a page in another language when a page in the question's own says the same.
    private static let foreign = 0.7
    /// Share of the essential weight that a passage needs, unless it has what is asked for, such as
    /// a number. Synonyms, which may mean something else here, suffice only in the heading.
    private static let leastEssential = 0.65
    private static let synonymShare = 0.6
    private static let prominent = 0.7

    /// - Parameters:
    ///   - entries: in any order.
    ///   - pages: the pages of the entries, and others.
    init(_ entries: [Entry], pages: [Page]) {
        let places = Dictionary(
            pages.enumerated().map { ($1.document, Int32($0)) }, uniquingKeysWith: { $1 })
        self.pages = pages
        // Sorted by address rather than id, so that passages of equal score have the same order in
        // every database.
        let placed = entries.compactMap { entry in
            places[entry.document].map { (entry: entry, page: $0, route: pages[Int($0)].route) }
        }.sorted { ($0.route, $0.entry.ordinal) < ($1.route, $1.entry.ordinal) }
        self.entries = placed.map(\.entry)
        pageOf = placed.map(\.page)
        var firstEntries = [[Int32]](repeating: [], count: pages.count)
        var hits: [String: [Hit]] = [:]
        for (index, entry) in self.entries.enumerated() {
            let page = Int(pageOf[index])
            if firstEntries[page].count < Self.perPage { firstEntries[page].append(Int32(index)) }
            for (word, rank) in entry.words {
                hits[word, default: []].append(Hit(entry: Int32(index), rank: rank))
            }
        }
        var pageHits: [String: [Hit]] = [:]
        for (index, page) in pages.enumerated() {
            for (word, rank) in page.words {
                pageHits[word, default: []].append(Hit(entry: Int32(index), rank: rank))
            }
        }
        (self.firstEntries, self.hits, self.pageHits) = (firstEntries, hits, pageHits)
    }

    var count: Int { entries.count }

    /// Whether any passage or page has a folded word.
    func has(_ word: String) -> Bool { hits[word] != nil || pageHits[word] != nil }

    /// Returns the page whose title or route has one of some names. Of several, prefers the one
    /// whose route ends in a name, then the one with the most words of similar meaning.
    ///
    /// - Parameters:
    ///   - names: in lower case.
    ///   - folded: the names as pages have them.
    ///   - words: folded words of similar meaning.
    func page(called names: Set<String>, folded: Set<String>, near words: Set<String>) -> Page? {
        var best: (page: Page, rank: Float)?
        for page in pages where page.weight > 0 {
            let parts = page.route.lowercased().splitUTF8(separator: "/")
            let isPlace = parts.last.map { names.contains(String($0)) } ?? false
            let isCalled =
                isPlace
                || parts.contains {
                    !names.isDisjoint(with: Words.letters(of: $0).map(String.init))
                }
                || page.words.contains {
                    folded.contains($0.word) && $0.rank >= Self.fullRank * 0.99
                }
            guard isCalled else { continue }
            let rank = page.words.reduce(isPlace ? 100 : 0) {
                folded.contains($1.word)
                    ? $0 + $1.rank * 10 : words.contains($1.word) ? $0 + $1.rank : $0
            }
            let isBetter = best.map { (rank, $0.page.route) > ($0.rank, page.route) } ?? true
            if isBetter { best = (page, rank) }
        }
        return best?.page
    }

    /// How well a passage matches a question.
    private struct Score {
        var strength = 0.0
        var coverage = 0.0
        /// The coverage by essential words alone; synonyms count less.
        var essential = 0.0
        /// Whether the passage has what the question asks for, such as a number.
        var hasAspect = false
    }

    /// Returns the passages that share words with a question, best first.
    ///
    /// A word that is rare on the site counts more than one on every page. A word that is on no
    /// page counts most, because the site then probably lacks the subject. A passage's relevance is
    /// the share of the question's weight that it covers, 0 to 1.
    func search(
        _ question: QuestionTerms, most: Int, frequencies: Frequencies? = nil
    ) -> [Candidate] {
        var table = Table(count: entries.count)
        var aspectShare = 0.0
        var total = 0.0
        // The weight of the essential words, and of those among them that are on no page.
        var (essential, missing) = (0.0, 0.0)
        for (number, term) in question.terms.enumerated() {
            rank(term, in: &table)
            let all = Double(frequencies?.passages ?? entries.count)
            let count = Double(
                frequencies.flatMap { $0.counts.indices.contains(number) ? $0.counts[number] : nil }
                    ?? table.having.count)
            let rarity = 0.4 + log(1 + (max(all, count) - count + 0.5) / (count + 0.5))
            let weight = term.weight * rarity
            total += weight
            if term.isAspect { aspectShare = weight }
            if term.isEssential {
                essential += weight
                if count == 0 { missing += weight }
            }
            table.add(weight, isEssential: term.isEssential)
        }
        guard total > 0 else { return [] }
        var ranked = table.found.map { entry -> (entry: Int, score: Score) in
            var score = table.scores[entry]
            score.strength *= factor(of: entry, for: question)
            score.coverage /= total
            score.strength *= 0.4 + 0.6 * score.coverage
            return (entry, score)
        }.filter { $0.score.strength > 0 }
        Self.sort(&ranked)
        // Reads the best passages to refine their scores.
        ranked = Array(ranked.prefix(max(most, Self.read)))
        for place in ranked.indices {
            look(at: &ranked[place].score, of: ranked[place].entry, question, aspectShare / total)
        }
        ranked.removeAll { $0.score.strength <= 0 }
        Self.sort(&ranked)
        let strongest = ranked.first?.score.strength ?? 1
        return ranked.prefix(most).map { entry, score in
            var candidate = entries[entry].candidate
            // A page with a lower weight must match more of the question.
            let weight = min(1, pages[Int(pageOf[entry])].weight)
            candidate.passage.relevance = min(1, score.coverage) * (0.7 + 0.3 * weight)
            candidate.passage.strength = score.strength / strongest
            candidate.passage.isDoubtful =
                candidate.passage.relevance < RetrievalAnswer.threshold
                || missing > essential * Self.mostMissing
                || score.essential < essential
                    * (score.hasAspect ? RetrievalAnswer.threshold : Self.leastEssential)
            return candidate
        }
    }

    private static func sort(_ ranked: inout [(entry: Int, score: Score)]) {
        ranked.sort {
            $0.score.strength == $1.score.strength
                ? $0.entry < $1.entry : $0.score.strength > $1.score.strength
        }
    }

    /// The scores of passages while a question is evaluated.
    private struct Table {
        var scores: [Score]
        /// Entries with a score.
        var found: [Int] = []
        /// For the current term: its prominence in each passage itself, and in the passage's page.
        var own: [Float]
        var page: [Float]
        /// Whether the passage has the term literally.
        var isLiteral: [Bool]
        /// Entries that have the current term.
        var having: [Int] = []

        init(count: Int) {
            scores = Array(repeating: Score(), count: count)
            own = Array(repeating: 0, count: count)
            page = own
            isLiteral = Array(repeating: false, count: count)
        }

        mutating func note(_ entry: Int, own rank: Float = 0, page pageRank: Float = 0) {
            if own[entry] == 0, page[entry] == 0 { having.append(entry) }
            own[entry] = Self.sum(own[entry], rank)
            page[entry] = Self.sum(page[entry], pageRank)
        }

        /// Several words of one meaning score slightly more than one.
        private static func sum(_ one: Float, _ other: Float) -> Float {
            max(one, other) + min(one, other) * 0.2
        }

        /// Adds the current term to the scores and resets it.
        mutating func add(_ weight: Double, isEssential: Bool) {
            for entry in having {
                let (own, page) = (Double(self.own[entry]), Double(self.page[entry]))
                (self.own[entry], self.page[entry]) = (0, 0)
                if scores[entry].strength == 0 { found.append(entry) }
                scores[entry].strength += weight * min(1.5, own + WordIndex.pageShare * page)
                // A word that is only in a code example, or only in the page's text as a whole,
                // counts in part.
                let covered = weight * max(own < 0.4 ? own : 1, min(0.7, page))
                scores[entry].coverage += covered
                guard isEssential else { continue }
                let isOwnWord = isLiteral[entry] || max(own, page) >= WordIndex.prominent
                scores[entry].essential += covered * (isOwnWord ? 1 : WordIndex.synonymShare)
                isLiteral[entry] = false
            }
            having.removeAll(keepingCapacity: true)
        }
    }

    private func rank(_ term: QuestionTerms.Term, in table: inout Table) {
        // In a fixed order, because the sum of several words depends on it.
        let alternatives = term.alternatives.sorted {
            $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value
        }
        for (word, factor) in alternatives {
            for hit in hits[word] ?? [] {
                if factor > QuestionTerms.synonym { table.isLiteral[Int(hit.entry)] = true }
                table.note(Int(hit.entry), own: hit.rank / Self.fullRank * factor)
            }
            for hit in pageHits[word] ?? [] {
                for entry in firstEntries[Int(hit.entry)] {
                    table.note(Int(entry), page: hit.rank / Self.fullRank * factor)
                }
            }
        }
    }

    private func factor(of entry: Int, for question: QuestionTerms) -> Double {
        let page = pages[Int(pageOf[entry])]
        let own = entries[entry]
        if !question.excluded.isEmpty,
            own.words.contains(where: { question.excluded.contains($0.word) })
        {
            return 0
        }
        let isOwn = page.language.isUTF8Equal(to: question.language)
        let language = isOwn ? 1.15 : question.isLanguageCertain ? Self.foreign : 1
        return own.substance * page.weight * language
    }

    /// Returns how much of the question's wording a heading repeats, including words such as "what"
    /// and "can": 0 to 0.5.
    private static func likeness(of heading: String, _ question: QuestionTerms) -> Double {
        let words = Set(Words.plain(heading.lowercased()).map(String.init))
        guard !words.isEmpty, !question.everyWord.isEmpty else { return 0 }
        let both = words.count { question.everyForm.contains(Excerpt.stem(of: $0)) }
        return 0.5 * Double(both) / Double(max(words.count + question.everyWord.count - both, 1))
    }

    /// Whether a title consists only of words of the question: a question about packaging tests is
    /// about the page "Packaging tests".
    private static func isNamed(_ title: String, in question: QuestionTerms) -> Bool {
        let words = Words.plain(title.lowercased())
        return words.count > 1
            && words.allSatisfy { question.everyForm.contains(Excerpt.stem(of: String($0))) }
    }

    /// Reads a passage that may be among the best, and adjusts its score.
    private func look(
        at score: inout Score, of entry: Int, _ question: QuestionTerms, _ aspectShare: Double
    ) {
        let passage = entries[entry].candidate.passage
        score.strength *= 1 + Self.likeness(of: passage.heading, question)
        if Self.isNamed(passage.title, in: question) { score.strength *= Self.namedPage }
        if let aspect = question.aspect {
            score.strength *= aspect.bonus(
                of: passage.heading, passage.text, cues: question.cues)
            score.hasAspect = aspect.isEvident(in: passage.text)
            if score.hasAspect {
                score.coverage = min(1, score.coverage + aspectShare * 0.5)
            }
        }
        if !question.phrases.isEmpty {
            let text = Words.separated("\(passage.heading) \(passage.text)".lowercased())
                .joined(separator: " ")
            if question.phrases.contains(where: text.containsUTF8) { score.strength *= 4 }
        }
    }
}
