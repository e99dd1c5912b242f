import Core
import PageText

/// The part of a passage that is nearest to a question.
enum Excerpt {
    /// Whole sentences around the one that shares most words with the question.
    ///
    /// - Parameters:
    ///   - cues: stems of words → how much each counts.
    ///   - aspect: what a sentence is the better for, such as an amount of money.
    ///   - limit: characters, ellipses aside; one sentence may be cut to it.
    ///   - enough: characters after which no sentence is added.
    static func of(
        _ text: String, cues: [String: Double], aspect: Aspect? = nil, limit: Int = 520,
        enough: Int = 300
    ) -> String {
        if text.count <= limit, !text.containsUTF8("\n") { return text }
        let sentences = text.splitUTF8(separator: "\n").flatMap { line in
            var parts = Sentences.sentences(in: String(line)).map(String.init)
            // A line without an end of its own is an item of a list or a row.
            // By characters: an end that is not shown as a letter ends a sentence.
            if let last = parts.last?.last, last.isLetter || last.isNumber || last == ")" {
                parts[parts.count - 1] += " ·"
            }
            return parts
        }
        guard !sentences.isEmpty else { return "" }
        let scores = sentences.map { sentence in
            let isEvident = aspect?.isEvident(in: sentence) ?? false
            // In a fixed order: sums of fractions depend on it.
            return stems(of: sentence).sorted().reduce(isEvident ? 1 : 0) { $0 + (cues[$1] ?? 0) }
        }
        var first =
            scores.indices.max { scores[$0] == scores[$1] ? $0 > $1 : scores[$0] < scores[$1] } ?? 0
        var last = first
        var length = sentences[first].count
        while length < enough {
            // What follows explains more often than what comes before.
            if last + 1 < sentences.count, length + sentences[last + 1].count < limit {
                last += 1
                length += sentences[last].count + 1
            } else if first > 0, length + sentences[first - 1].count < limit {
                first -= 1
                length += sentences[first].count + 1
            } else {
                break
            }
        }
        var excerpt = sentences[first...last].joined(separator: " ")
        excerpt = excerpt.droppingUTF8Suffix(" ·").map(String.init) ?? excerpt
        if excerpt.count > limit {
            let cut = excerpt.prefix(limit)
            excerpt = String(cut[..<(cut.lastUTF8Index(of: " ") ?? cut.endIndex)]) + " …"
        } else if last < sentences.count - 1 {
            excerpt += " …"
        }
        return first > 0 ? "… " + excerpt : excerpt
    }

    /// Words of three letters and more, cut to their beginnings: near enough to compare sentences.
    private static func stems(of text: String) -> Set<String> {
        Set(
            // By characters: words of what a person reads.
            text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 2 }
                .map { stem(of: String($0)) })
    }

    static func stem(of word: String) -> String { String(word.prefix(5)) }
}
