import Core

/// Makes untrusted text safe to include in a prompt.
enum PromptText {
    /// Control sequences of models' chat templates, and of our own quotation envelope. Some servers
    /// treat them as control tokens wherever they occur; a space inside makes them plain text.
    private static let controls: [[UInt8]] = [
        "<|", "|>", "<s>", "</s>", "<<sys>>", "<</sys>>", "[inst]", "[/inst]", "<start_of_turn>",
        "<end_of_turn>", "<bos>", "<eos>", "<think>", "</think>", "<<<", ">>>",
    ].map { Array($0.utf8) }

    /// Keeps the words, and removes what could end a turn or what only a model would see.
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
            // A space goes in at every position where a control sequence begins, so that breaking
            // one cannot form another.
            if opensControl(byte), controls.contains(where: { has($0, at: index, in: visible) }) {
                result.append(UInt8(ascii: " "))
            }
        }
        return result
    }

    /// Returns UTF-8 without invisible characters. ASCII, the bulk of most texts, skips the Unicode
    /// tables.
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

    /// Replaces the quotations in an assistant's earlier turns: they come from pages, and would now
    /// stand outside the quotation envelope.
    static func withoutQuotations(_ text: String) -> String {
        var lines: [Substring] = []
        for line in text.splitUTF8(separator: "\n", omittingEmptySubsequences: false) {
            guard line.trimmingUTF8(" ").hasUTF8Prefix(">") else {
                lines.append(line)
                continue
            }
            // By characters: this program wrote the text.
            if lines.last != "(quotation)" { lines.append("(quotation)") }
        }
        return lines.joined(separator: "\n")
    }
}
