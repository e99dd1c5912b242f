import Core

/// A question split into words, with its aspect and whether it refers to an earlier message.
struct QuestionWords: Hashable, Sendable {
    /// Maximum number of words in a question, including excluded ones, and of bytes in a word.
    private static let mostWords = 64
    private static let mostBytes = 64
    private static let mostPhrases = 8

    /// In lower case and in order, without the words that express the aspect.
    private(set) var words: [String] = []
    /// Words with a minus sign in front: passages that have one are excluded.
    private(set) var excluded: [String] = []
    /// The phrases in quotation marks, in lower case, without duplicates.
    private(set) var phrases: [String] = []
    private(set) var aspect: Aspect?
    /// All words, including those that express the aspect.
    private(set) var everyWord: Set<String> = []
    /// Whether the question may depend on the one before it.
    private(set) var isFollowUp = false

    /// Returns the first 4000 characters, without NUL, which PostgreSQL text cannot hold.
    static func storable(_ question: String) -> String {
        let question = String(question.prefix(4000))
        return question.utf8.contains(0) ? question.replacingUTF8("\0", with: " ") : question
    }

    init(_ question: String) {
        let text = Self.withoutMarkup(Self.storable(question)).lowercased()
        var all: [String] = []
        reading: for word in Words.separated(text) {
            let isExcluded = word.hasUTF8Prefix("-") && word.utf8.count > 1
            for part in Words.plain(word) where part.utf8.count <= Self.mostBytes {
                guard all.count + excluded.count < Self.mostWords else { break reading }
                if isExcluded {
                    excluded.append(String(part))
                } else {
                    all.append(String(part))
                }
            }
        }
        let quoted = text.splitUTF8(separator: "\"", omittingEmptySubsequences: false)
        for (place, part) in quoted.enumerated() where place % 2 == 1 && place < quoted.count - 1 {
            let phrase = Words.separated(part).joined(separator: " ")
            guard phrases.count < Self.mostPhrases else { break }
            if !phrase.isEmpty, !phrases.contains(phrase) { phrases.append(phrase) }
        }
        all = Self.joined(all)
        everyWord = Set(all)
        let found = Aspect.find(in: all)
        aspect = found?.aspect
        words =
            found.map { found in
                Array(all[..<found.place.lowerBound] + all[found.place.upperBound...])
            } ?? all
        isFollowUp = Self.refersBack(all)
    }

    /// Pairs of words with a meaning of their own: "log in" is unrelated to a log.
    private static let pairs = [
        ["log", "in"]: "login", ["sign", "in"]: "login", ["sign", "up"]: "signup",
        ["e", "mail"]: "email",
    ]

    private static func joined(_ words: [String]) -> [String] {
        var result: [String] = []
        for word in words {
            if let last = result.last, let pair = pairs[[last, word]] {
                result[result.count - 1] = pair
            } else {
                result.append(word)
            }
        }
        return result
    }

    /// Whether a question is short and does not name its subject, as in "and how much is that?" or
    /// "why?".
    private static func refersBack(_ words: [String]) -> Bool {
        guard let first = words.first, words.count <= 12 else { return false }
        if QuestionVocabulary.beginnings.contains(first) { return true }
        if ["what", "how"].contains(first), words.dropFirst().first == "about" { return true }
        if let last = words.last, QuestionVocabulary.lastReferences.contains(last) { return true }
        return words.contains { QuestionVocabulary.references.contains($0) }
    }

    /// Replaces tags and their brackets with spaces.
    private static func withoutMarkup(_ text: String) -> String {
        guard text.utf8.contains(where: { "<>".utf8.contains($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append("<>".unicodeScalars.contains(scalar) ? " " : scalar)
        }
        return String(result)
    }
}
