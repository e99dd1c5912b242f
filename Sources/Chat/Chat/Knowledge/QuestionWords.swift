import Core

/// A question, taken apart: its words, what it asks for, and whether it goes on with what was said.
struct QuestionWords: Hashable, Sendable {
    /// Words of one question with those that are excluded, and bytes of one word.
    private static let mostWords = 64
    private static let mostBytes = 64
    private static let mostPhrases = 8

    /// In lower case and in their order, without those that say what is asked for.
    private(set) var words: [String] = []
    /// Those of them that a visitor put a minus sign before: what has them is not wanted.
    private(set) var excluded: [String] = []
    /// What stands between quotation marks, in lower case, each once.
    private(set) var phrases: [String] = []
    private(set) var aspect: Aspect?
    /// With those that say what is asked for.
    private(set) var everyWord: Set<String> = []
    /// Whether it may not be understood without the one before it.
    private(set) var isFollowUp = false

    /// Its first 4000 characters, without the one that PostgreSQL has not.
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

    /// Two words that mean one thing: "log in" has nothing to do with a log.
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

    /// "and how much is that?", "why?": short, and about something that it does not name.
    private static func refersBack(_ words: [String]) -> Bool {
        guard let first = words.first, words.count <= 12 else { return false }
        if QuestionVocabulary.beginnings.contains(first) { return true }
        if ["what", "how"].contains(first), words.dropFirst().first == "about" { return true }
        if let last = words.last, QuestionVocabulary.lastReferences.contains(last) { return true }
        return words.contains { QuestionVocabulary.references.contains($0) }
    }

    /// Spaces in place of tags and their brackets.
    private static func withoutMarkup(_ text: String) -> String {
        guard text.utf8.contains(where: { "<>".utf8.contains($0) }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append("<>".unicodeScalars.contains(scalar) ? " " : scalar)
        }
        return String(result)
    }
}
