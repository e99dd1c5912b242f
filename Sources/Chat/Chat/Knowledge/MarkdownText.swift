import Core

/// Escapes text so that Markdown shows it unchanged.
enum MarkdownText {
    /// Escapes what Markdown would take as markup, for text that begins a line or stands within
    /// one. Line feeds become spaces.
    static func escape(_ text: String) -> String {
        var escaped = ""
        var previous: Unicode.Scalar = " "
        var rest = Substring(text.replacingUTF8("\n", with: " ")).unicodeScalars
        if let first = rest.first, "#>+-=|".unicodeScalars.contains(first) {
            escaped += "\\"
        } else if let number = listNumber(rest) {
            // The number of an ordered list.
            escaped += Substring(number) + "\\"
            rest = rest[number.endIndex...]
            previous = "."
        }
        while let character = rest.popFirst() {
            switch character {
            case "\\", "`", "*", "[", "]", "<": escaped += "\\"
            // An underscore within a word is not markup.
            case "_" where !(isWord(previous) && isWord(rest.first)): escaped += "\\"
            // Bare addresses would become links; the pages' own are reachable through the
            // citation's link.
            case ":" where rest.starts(with: "//".unicodeScalars): escaped += "\\"
            case "." where previous == "w" || previous == "W": escaped += "\\"
            // By characters: `rest` consists of scalars.
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

    /// Returns the digits before a '.' or ')' that would make the line a list item.
    private static func listNumber(
        _ text: Substring.UnicodeScalarView
    ) -> Substring.UnicodeScalarView? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard (1...9).contains(digits.count), digits.endIndex < text.endIndex,
            ".)".unicodeScalars.contains(text[digits.endIndex])
        else { return nil }
        return digits
    }

    /// Whether a scalar is part of a word. A combining mark belongs to the letter before it.
    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let properties = scalar?.properties else { return false }
        return properties.isAlphabetic || properties.numericType != nil
            || properties.canonicalCombiningClass != .notReordered
    }
}
