/// The words of passages as written, and how many passages have each.
struct Vocabulary: Sendable {
    private(set) var counts: [String: Int] = [:]

    mutating func add(_ passage: Passage) {
        for word in Self.words(of: passage) { counts[word, default: 0] += 1 }
    }

    mutating func remove(_ passage: Passage) {
        for word in Self.words(of: passage) {
            guard let count = counts[word] else { continue }
            counts[word] = count > 1 ? count - 1 : nil
        }
    }

    private static func words(of passage: Passage) -> Set<String> {
        var words: Set<String> = []
        for text in [passage.title, passage.heading, passage.text] {
            for word in Words.letters(of: text.lowercased()) { words.insert(String(word)) }
        }
        return words
    }
}
