import Core
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
        String(decoding: defusedBytes(of: text), as: UTF8.self)
    }

    /// The same, in UTF-8.
    static func defusedBytes(of text: String) -> [UInt8] {
        let visible = visibleBytes(of: text)
        guard let first = visible.firstIndex(where: opensControl) else { return visible }
        var result = Array(visible[..<first])
        result.reserveCapacity(visible.count + 16)
        for index in first..<visible.count {
            let byte = visible[index]
            result.append(byte)
            // Every place where a word begins is cut, so that cutting one cannot make another.
            if opensControl(byte), controls.contains(where: { has($0, at: index, in: visible) }) {
                result.append(UInt8(ascii: " "))
            }
        }
        return result
    }

    /// UTF-8 without what is not seen; most of most texts is ASCII, which needs no look at tables.
    private static func visibleBytes(of text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                let byte = UInt8(truncatingIfNeeded: scalar.value)
                let isKept =
                    byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\n")
                    || byte == UInt8(ascii: "\t")
                if isKept { bytes.append(byte) }
            } else if PlainText.isVisible(scalar) {
                bytes.append(contentsOf: String(scalar).utf8)
            }
        }
        return bytes
    }

    private static func opensControl(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "<"), UInt8(ascii: "|"), UInt8(ascii: "["), UInt8(ascii: ">"): true
        default: false
        }
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
        for line in text.splitUTF8(separator: "\n", omittingEmptySubsequences: false) {
            guard line.trimmingUTF8(" ").hasUTF8Prefix(">") else {
                lines.append(line)
                continue
            }
            // By characters: the text is one of ours.
            if lines.last != "(quotation)" { lines.append("(quotation)") }
        }
        return lines.joined(separator: "\n")
    }
}
