import Core

/// Splits text into pieces of bounded length, at the end of a line or a sentence where possible.
enum Sentences {
    /// - Returns: `lines` joined by line feeds into as few pieces of at most `limit` characters as
    ///   possible, without splitting a sentence shorter than the limit.
    static func pieces(of lines: [String], limit: Int) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var count = 0
        func add(_ part: Substring, after separator: String) {
            let length = part.count
            if count > 0, count + separator.count + length > limit {
                pieces.append(piece)
                piece = ""
                count = 0
            }
            if count > 0 {
                piece += separator
                count += separator.count
            }
            piece += part
            count += length
        }
        for line in lines {
            var separator = "\n"
            for sentence in sentences(in: line) {
                for part in parts(of: sentence, limit: limit) {
                    add(part, after: separator)
                    separator = " "
                }
            }
        }
        if count > 0 { pieces.append(piece) }
        return pieces
    }

    /// Returns the sentences of a line, without the spaces between them.
    static func sentences(in line: String) -> [Substring] {
        var sentences: [Substring] = []
        var start = line.startIndex
        var index = start
        while index < line.endIndex {
            let next = line.index(after: index)
            if isEnd(line, at: index, next: next) {
                sentences.append(line[start..<next])
                start = next
                while start < line.endIndex, line[start] == " " {
                    start = line.index(after: start)
                }
                index = start
            } else {
                index = next
            }
        }
        if start < line.endIndex { sentences.append(line[start...]) }
        return sentences
    }

    private static func isEnd(_ line: String, at index: String.Index, next: String.Index) -> Bool {
        switch line[index] {
        // CJK punctuation ends a sentence without a space after it.
        case "。", "！", "？": return true
        case ".", "!", "?", "…":
            guard next < line.endIndex, line[next] == " " else { return false }
            // "e.g. this", "approx. 5": a lower-case letter or a digit does not begin a new
            // sentence.
            let after = line[line.index(after: next)...].first
            // By characters: an accent belongs to its letter.
            return after.map { !$0.isLowercase && !$0.isNumber } ?? true
        default: return false
        }
    }

    /// Splits a sentence that is too long between words, or within a word that is itself too long.
    private static func parts(of sentence: Substring, limit: Int) -> [Substring] {
        var parts: [Substring] = []
        var rest = sentence
        while let end = rest.index(rest.startIndex, offsetBy: limit, limitedBy: rest.endIndex),
            end < rest.endIndex
        {
            let cut = rest[..<end].lastUTF8Index(of: " ") ?? end
            let isWord = cut == rest.startIndex
            parts.append(rest[..<(isWord ? end : cut)])
            // By characters: the rest begins with one that is shown as such.
            rest = rest[(isWord ? end : cut)...].drop { $0 == " " }
        }
        if !rest.isEmpty { parts.append(rest) }
        return parts
    }
}
