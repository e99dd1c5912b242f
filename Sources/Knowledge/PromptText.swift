import PageText

/// Makes text of others fit to stand in a prompt.
enum PromptText {
    /// What chat templates of models write between turns, and what our own envelope is made of. Some
    /// servers take such words for the real thing wherever they stand; with a space inside they are
    /// only words.
    private static let controls: [[UInt8]] = [
        "<|", "|>", "<s>", "</s>", "<<sys>>", "<</sys>>", "[inst]", "[/inst]", "<start_of_turn>",
        "<end_of_turn>", "<bos>", "<eos>", "<think>", "</think>", "<<<", ">>>",
    ].map { Array($0.utf8) }

    /// Leaves the words and takes away what could end a turn, or be seen by a model alone.
    static func defuse(_ text: String) -> String {
        var visible = String.UnicodeScalarView()
        for scalar in text.unicodeScalars
        where scalar == "\n" || scalar == "\t" || PlainText.isVisible(scalar) {
            visible.append(scalar)
        }
        let bytes = Array(String(visible).utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16)
        for (index, byte) in bytes.enumerated() {
            result.append(byte)
            // Every place where a word begins is cut, so that cutting one cannot make another.
            if "<|[>".utf8.contains(byte),
                controls.contains(where: { has($0, at: index, in: bytes) })
            {
                result.append(UInt8(ascii: " "))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func has(_ word: [UInt8], at start: Int, in bytes: [UInt8]) -> Bool {
        guard start + word.count <= bytes.count else { return false }
        for offset in word.indices {
            let byte = bytes[start + offset]
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard word[offset] == (isUpper ? byte | 0x20 : byte) else { return false }
        }
        return true
    }

    static func line(_ text: String, limit: Int) -> String {
        defuse(PlainText.line(text, limit: limit))
    }

    /// What an assistant has quoted in an earlier turn is not said again: it came from a page, and
    /// would stand outside of the quotations now.
    static func withoutQuotations(_ text: String) -> String {
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.drop(while: { $0 == " " }).first == ">" else {
                lines.append(line)
                continue
            }
            if lines.last != "(quotation)" { lines.append("(quotation)") }
        }
        return lines.joined(separator: "\n")
    }
}
