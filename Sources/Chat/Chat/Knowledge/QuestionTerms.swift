import Core
import PostgreSQL

/// A question prepared for search: each of its words, with the page words that may match it.
struct QuestionTerms: Sendable {
    /// A word of the question.
    struct Term: Sendable {
        /// Folded words of pages → how well each matches, relative to the question's own word,
        /// which has 1.
        var alternatives: [String: Float]
        /// The weight of the word within the question.
        var weight: Double
        /// Whether a passage that has what the question's aspect asks for counts as having the
        /// word.
        var isAspect = false
        /// Whether the word is essential to the question: neither a word that says little nor one
        /// taken from an earlier question.
        var isEssential = false
    }

    var terms: [Term] = []
    /// Folded words that a passage must not have.
    var excluded: Set<String> = []
    /// Phrases that a passage should contain literally.
    var phrases: [String] = []
    var aspect: Aspect?
    /// The question's own words, including stop words.
    var everyWord: Set<String> = []
    /// The stems of those words, with inflected forms and corrections.
    var everyForm: Set<String> = []
    /// The text search configuration of the question's language, as far as it can be determined.
    var language: String
    /// Whether the words fit that language better than any other.
    var isLanguageCertain = false
    /// Stems that select the best sentence of a passage.
    var cues: [String: Double] = [:]

    /// Factors of a synonym and of a corrected spelling, relative to the word itself.
    static let synonym: Float = 0.75
    private static let respelled: Float = 0.85
    /// Weights of words from an earlier question, of words that say little, and of an aspect such
    /// as "how much".
    private static let contextWeight = 0.5
    private static let lightWeight = 0.2
    private static let aspectWeight = 0.5
    /// Maximum number of terms in one question.
    private static let termLimit = 32
    /// Maximum number of words whose spelling is corrected: each is compared with every word of the
    /// site.
    private static let correctionLimit = 8

    /// Creates a question without words.
    init(language: String) { self.language = language }

    /// - Parameters:
    ///   - context: earlier questions, newest first; used when this one refers to them.
    ///   - spelling: nil corrects nothing.
    ///   - isKnown: whether a folded word is on any page.
    init(
        _ question: QuestionWords, context: [QuestionWords] = [], folding: WordFolding,
        spelling: Spelling?, isKnown: @escaping @Sendable (String) -> Bool
    ) async throws(PostgresError) {
        let concepts = try await folding.foldedConcepts()
        let earlier = context.prefix(2)
        let all = question.words + question.excluded + earlier.flatMap(\.words)
        var folded = try await folding.fold(Set(all + all.flatMap { Self.plurals(of: $0) }))
        (language, isLanguageCertain) = Self.language(of: question.words, folded, folding)
        phrases = question.phrases
        aspect = question.aspect
        everyWord = question.everyWord
        let reader = Reader(
            folding: folding, concepts: concepts, language: language, isKnown: isKnown)
        for word in everyWord {
            for form in [word] + Self.plurals(of: word) {
                everyForm.insert(Excerpt.stem(of: form))
            }
        }
        // A word that is on no page and in no group may be misspelled.
        var meant: [String: String] = [:]
        if let spelling {
            var unknown: Set<String> = []
            for word in question.words where reader.isUnknown(word, folded[word] ?? []) {
                guard unknown.count < Self.correctionLimit else { break }
                if unknown.insert(word).inserted { meant[word] = spelling.nearest(to: word) }
            }
            let corrected = try await folding.fold(Set(meant.values))
            for (word, other) in meant {
                folded[word] = corrected[other]
                everyForm.insert(Excerpt.stem(of: other))
                add(cue: other, weight: 1)
            }
        }
        for word in question.words {
            guard terms.count < Self.termLimit,
                var term = reader.term(meant[word] ?? word, folded[word] ?? [])
            else { continue }
            for plural in Self.plurals(of: word) {
                for lexeme in (folded[plural] ?? []).prefix(folding.pageLanguages).joined() {
                    term.alternatives[lexeme] = 1
                }
            }
            add(term, of: word, times: meant[word] == nil ? 1 : Self.respelled)
        }
        addFillersIfAlone(question, reader, folded)
        for word in question.excluded {
            excluded.formUnion((folded[word] ?? []).prefix(folding.pageLanguages).joined())
        }
        keepWordsApart()
        let isContinued = question.isFollowUp || !terms.contains { $0.weight >= 1 }
        addAspect(concepts)
        guard isContinued else { return }
        for (place, earlier) in earlier.enumerated() {
            let weight = Self.contextWeight / Double(place + 1)
            for word in earlier.words {
                guard terms.count < Self.termLimit,
                    var term = reader.term(word, folded[word] ?? []), !has(term)
                else { continue }
                term.weight *= weight
                term.isEssential = false
                add(term, of: word, times: 1)
            }
            if !earlier.isFollowUp { break }
        }
    }

    /// Returns the language in which most of the question's words are stop words, or the language
    /// of most pages unless the words fit another better. The result is certain when no other
    /// language has as many.
    private static func language(
        of words: [String], _ folded: WordFolding.Folded, _ folding: WordFolding
    ) -> (name: String, isCertain: Bool) {
        var best = (place: 0, count: -1)
        var isCertain = false
        for place in folding.languages.indices {
            let count = words.count { (folded[$0]?[place] ?? []).isEmpty }
            if count > best.count {
                best = (place, count)
                isCertain = count > 0
            } else if count == best.count {
                isCertain = false
            }
        }
        let name = folding.languages.isEmpty ? "english" : folding.languages[best.place]
        return (name, isCertain)
    }

    /// Makes one word of a page match only one word of the question: in "free trial" each word is
    /// also a synonym of the other.
    private mutating func keepWordsApart() {
        let own = terms.map { $0.alternatives.filter { $0.value > Self.synonym }.keys }
        for place in terms.indices where terms[place].isEssential {
            for (other, words) in own.enumerated() where other != place && terms[other].isEssential
            {
                for word in words where (terms[place].alternatives[word] ?? 1) <= Self.synonym {
                    terms[place].alternatives[word] = nil
                }
            }
        }
    }

    private func has(_ term: Term) -> Bool {
        terms.contains { known in
            term.alternatives.contains { $0.value == 1 && known.alternatives[$0.key] == 1 }
        }
    }

    private mutating func add(_ term: Term, of word: String, times factor: Float) {
        guard !has(term) else { return }
        var term = term
        if factor < 1 { term.alternatives = term.alternatives.mapValues { $0 * factor } }
        terms.append(term)
        add(cue: word, weight: term.weight)
        for lexeme in term.alternatives.keys { add(cue: lexeme, weight: term.weight * 0.5) }
    }

    private mutating func add(cue word: String, weight: Double) {
        let stem = Excerpt.stem(of: word)
        cues[stem] = max(cues[stem] ?? 0, weight)
    }

    /// Keeps filler words when there are no others, as in "What do I get?".
    private mutating func addFillersIfAlone(
        _ question: QuestionWords, _ reader: Reader, _ folded: WordFolding.Folded
    ) {
        guard aspect == nil, !terms.contains(where: { $0.weight >= 1 }) else { return }
        for word in question.words {
            if let term = reader.term(word, folded[word] ?? [], isWhole: true) {
                add(term, of: word, times: 1)
            }
        }
    }

    /// Returns forms such as "shelf" for "shelves", which folding does not unite.
    private static func plurals(of word: String) -> [String] {
        if let stem = word.droppingUTF8Suffix("ves") { return [stem + "f", stem + "fe"] }
        if let stem = word.droppingUTF8Suffix("fe") { return [stem + "ves"] }
        if word.utf8.count > 3, let stem = word.droppingUTF8Suffix("f") { return [stem + "ves"] }
        return []
    }

    private mutating func addAspect(_ concepts: FoldedConcepts) {
        guard let concept = aspect?.concept else { return }
        let lexemes = concepts.lexemes[concept]
        // "How much does it cost?" names the aspect in its own words.
        if terms.contains(where: { term in lexemes.contains { term.alternatives[$0] != nil } }) {
            return
        }
        let isAlone = !terms.contains { $0.weight >= 1 }
        terms.append(
            Term(
                alternatives: Dictionary(
                    lexemes.map { ($0, isAlone ? 1 : Self.synonym) }, uniquingKeysWith: max),
                weight: isAlone ? 1 : Self.aspectWeight, isAspect: true))
        for lexeme in lexemes { add(cue: lexeme, weight: 0.5) }
    }

    /// Turns words into terms.
    private struct Reader {
        let folding: WordFolding
        let concepts: FoldedConcepts
        let language: String
        let isKnown: @Sendable (String) -> Bool

        /// Whether the word is on no page and in no group.
        func isUnknown(_ word: String, _ folded: [[String]]) -> Bool {
            guard !QuestionVocabulary.fillers.contains(word),
                !QuestionVocabulary.lightWords.contains(word)
            else { return false }
            let own = folded.prefix(folding.pageLanguages).joined()
            return !folded.joined().isEmpty && !own.contains(where: isKnown)
                && groups(of: word, folded).isEmpty
        }

        /// - Parameter isWhole: whether to keep filler words.
        func term(_ word: String, _ folded: [[String]], isWhole: Bool = false) -> Term? {
            if !isWhole, QuestionVocabulary.fillers.contains(word) { return nil }
            // A stop word in the question's language, such as "the", is dropped even if it has a
            // meaning in another language.
            if let place = folding.languages.firstIndex(of: language),
                folded.indices.contains(place),
                folded[place].isEmpty
            {
                return nil
            }
            var alternatives: [String: Float] = [:]
            let groups = groups(of: word, folded)
            // Synonyms stand in for the word itself.
            let isMisleading = !groups.isEmpty && QuestionVocabulary.misleading.contains(word)
            for group in groups {
                for lexeme in concepts.lexemes[group] {
                    alternatives[lexeme] = isMisleading ? respelled : synonym
                }
            }
            if !isMisleading {
                for lexeme in folded.prefix(folding.pageLanguages).joined() {
                    alternatives[lexeme] = 1
                }
            }
            guard !alternatives.isEmpty else { return nil }
            let isLight = !isWhole && QuestionVocabulary.lightWords.contains(word)
            return Term(
                alternatives: alternatives, weight: isLight ? lightWeight : 1,
                isEssential: !isLight && !isWhole && !QuestionVocabulary.owners.contains(word))
        }

        private func groups(of word: String, _ folded: [[String]]) -> [Int] {
            guard let place = folding.languages.firstIndex(of: language),
                folded.indices.contains(place)
            else { return [] }
            let own = folded[place].flatMap { concepts.groups(of: word, $0, in: language) }
            if !own.isEmpty { return own }
            // A single word such as "Preise?" does not reveal its language.
            return folding.languages.indices.flatMap { place in
                folded[place].flatMap {
                    concepts.groups(of: word, $0, in: folding.languages[place])
                }
            }
        }
    }
}
