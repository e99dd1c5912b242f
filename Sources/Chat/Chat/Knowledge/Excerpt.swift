import Core

/// Selects the part of a passage that best matches a question.
enum Excerpt {
    /// Returns whole sentences around the one that shares the most words with the question.
    ///
    /// - Parameters:
    ///   - cues: stems of words → how much each counts.
    ///   - aspect: what makes a sentence score higher, such as an amount of money.
    ///   - limit: maximum number of characters, without ellipses; a single longer sentence is cut.
    ///   - enough: number of characters after which no sentence is added.
    static func of(
        _ text: String, cues: [String: Double], aspect: Aspect? = nil, limit: Int = 520,
        enough: Int = 300
    ) -> String {
        if text.count <= limit, !text.containsUTF8("\n") { return text }
        let sentences = text.splitUTF8(separator: "\n").flatMap { line in
            var parts = Sentences.sentences(in: String(line)).map(String.init)
            // A line that does not end a sentence is a list item or a table row.
            // By characters: a final character that is not a letter also ends a sentence.
            if let last = parts.last?.last, last.isLetter || last.isNumber || last == ")" {
                parts[parts.count - 1] += " ·"
            }
            return parts
        }
        guard !sentences.isEmpty else { return "" }
        let scores = sentences.map { sentence in
            let isEvident = aspect?.isEvident(in: sentence) ?? false
            // Sorted, because a floating-point sum depends on the order.
            return stems(of: sentence).sorted().reduce(isEvident ? 1 : 0) { $0 + (cues[$1] ?? 0) }
        }
        var first =
            scores.indices.max { scores[$0] == scores[$1] ? $0 > $1 : scores[$0] < scores[$1] } ?? 0
        var last = first
        var length = sentences[first].count
        while length < enough {
            // The sentence after explains more often than the one before.
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

    /// Returns the words of three or more letters, cut to a prefix: precise enough to compare
    /// sentences.
    private static func stems(of text: String) -> Set<String> {
        Set(
            // By characters: words as a reader sees them.
            text.lowercased().split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 2 }
                .map { stem(of: String($0)) })
    }

    static func stem(of word: String) -> String { String(word.prefix(5)) }
}
