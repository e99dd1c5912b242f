import FoundationEssentials
import Glibc

/// The passages of a node in memory, and which words each of them has.
///
/// It finds and orders what `robbieblocks_search_passages` finds, by the same rules: what a word is,
/// and how prominently a passage has it, was worked out by the database when the passage was read.
struct WordIndex: Sendable {
    /// A passage, and the words that it has.
    struct Entry: Sendable {
        var candidate: Candidate
        /// Of the page, and of the passage within it: what is equally good stands in this order.
        var document: UUID
        var ordinal: Int
        /// Folded words → how prominently the passage has each, as `ts_rank` tells it.
        var words: [(word: String, rank: Float)]
        /// A line or two seldom answer anything.
        var substance: Double
    }

    private struct Hit {
        var entry: Int32
        var rank: Float
    }

    private let entries: [Entry]
    /// Word → the passages that have it, in their order.
    private let hits: [String: [Hit]]

    /// - Parameter entries: in any order.
    init(_ entries: [Entry]) {
        self.entries = entries.sorted { ($0.document, $0.ordinal) < ($1.document, $1.ordinal) }
        var hits: [String: [Hit]] = [:]
        for (index, entry) in self.entries.enumerated() {
            for (word, rank) in entry.words {
                hits[word, default: []].append(Hit(entry: Int32(index), rank: rank))
            }
        }
        self.hits = hits
    }

    var count: Int { entries.count }

    /// Candidates that are weighed by whether they have every word.
    private static let weighed = 4

    /// The passages that share words with a question, best first.
    ///
    /// What is rare on the site counts more than what is on every page. A passage's measure is which
    /// part of the question's weight it has, 0 to 1.
    func search(_ question: FoldedQuestion, most: Int) -> Matches {
        var scores = [Double](repeating: 0, count: entries.count)
        var coverages = scores
        var found: [Int] = []
        var total = 0.0
        // Of the word at hand.
        var ranks = [Float](repeating: 0, count: entries.count)
        var having: [Int] = []
        for alternatives in question.words {
            for word in alternatives {
                for hit in hits[word] ?? [] {
                    let entry = Int(hit.entry)
                    if ranks[entry] == 0 { having.append(entry) }
                    ranks[entry] += hit.rank
                }
            }
            let count = Double(having.count)
            let weight = log(1 + (Double(entries.count) - count + 0.5) / (count + 0.5))
            total += weight
            for entry in having {
                if coverages[entry] == 0 { found.append(entry) }
                let prominence = Double(ranks[entry] / Float(alternatives.count))
                scores[entry] += weight * prominence * entries[entry].substance
                coverages[entry] += weight
                ranks[entry] = 0
            }
            having.removeAll(keepingCapacity: true)
        }
        found.sort { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
        let weighed = found.prefix(most * Self.weighed).map { ($0, isExact: has($0, question)) }
        // Each of the two parts keeps its order.
        let ordered = weighed.filter(\.isExact) + weighed.filter { !$0.isExact }
        return Matches(
            index: self, found: ordered.prefix(most).map { ($0.0, coverages[$0.0] / total) })
    }

    /// What a search has found, best first; most of it is never looked at.
    struct Matches: Sequence, IteratorProtocol {
        fileprivate let index: WordIndex
        fileprivate let found: [(entry: Int, coverage: Double)]
        private var position = 0

        fileprivate init(index: WordIndex, found: [(entry: Int, coverage: Double)]) {
            (self.index, self.found) = (index, found)
        }

        mutating func next() -> Candidate? {
            guard position < found.count else { return nil }
            defer { position += 1 }
            var candidate = index.entries[found[position].entry].candidate
            candidate.passage.relevance = found[position].coverage
            return candidate
        }
    }

    /// Whether the passage has every word of the question, in one of its languages.
    private func has(_ entry: Int, _ question: FoldedQuestion) -> Bool {
        question.sentences.contains { sentence in
            !sentence.isEmpty
                && sentence.allSatisfy { word in
                    entries[entry].words.contains { $0.word == word }
                }
        }
    }
}

/// The words of a question as the database folds them.
struct FoldedQuestion: Hashable, Sendable {
    /// For each word, those that are as good as it, and itself.
    var words: [[String]]
    /// For each language of the site, all words of the question.
    var sentences: [[String]]
}
