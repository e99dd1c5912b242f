import Core

/// Text that Markdown shows as it is.
enum MarkdownText {
    /// Escapes what would become markup within a line that does not begin with the text's second
    /// character; line feeds become spaces.
    static func escape(_ text: String) -> String {
        var escaped = ""
        var previous: Unicode.Scalar = " "
        var rest = Substring(text.replacingUTF8("\n", with: " ")).unicodeScalars
        if let first = rest.first, "#>+-=|".unicodeScalars.contains(first) {
            escaped += "\\"
        } else if let number = listNumber(rest) {
            // A list that counts.
            escaped += Substring(number) + "\\"
            rest = rest[number.endIndex...]
            previous = "."
        }
        while let character = rest.popFirst() {
            switch character {
            case "\\", "`", "*", "[", "]", "<": escaped += "\\"
            // Within a word it means nothing.
            case "_" where !(isWord(previous) && isWord(rest.first)): escaped += "\\"
            // Addresses become links by themselves; those of a page are behind the link to it.
            case ":" where rest.starts(with: "//".unicodeScalars): escaped += "\\"
            case "." where previous == "w" || previous == "W": escaped += "\\"
            // By characters: `rest` is scalars.
            case "~" where rest.first == "~" || previous == "~": escaped += "\\"
            case "&" where rest.first.map { $0.properties.isAlphabetic || $0 == "#" } ?? false:
                escaped += "\\"
            default: break
            }
            escaped.unicodeScalars.append(character)
            previous = character
        }
        return escaped
    }

    /// The digits before the '.' or ')' that would make the line an item.
    private static func listNumber(
        _ text: Substring.UnicodeScalarView
    ) -> Substring.UnicodeScalarView? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard (1...9).contains(digits.count), digits.endIndex < text.endIndex,
            ".)".unicodeScalars.contains(text[digits.endIndex])
        else { return nil }
        return digits
    }

    /// A mark belongs to the letter before it.
    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let properties = scalar?.properties else { return false }
        return properties.isAlphabetic || properties.numericType != nil
            || properties.canonicalCombiningClass != .notReordered
    }
}
