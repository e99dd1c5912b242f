/// Text that Markdown shows as it is.
enum MarkdownText {
    /// Escapes what would become markup within a line that does not begin with the text's second
    /// character; line feeds become spaces.
    static func escape(_ text: String) -> String {
        var escaped = ""
        var previous: Character = " "
        var rest = Substring(text.replacing("\n", with: " "))
        if let first = rest.first, "#>+-=|".contains(first) {
            escaped += "\\"
        } else if let number = rest.prefixMatch(of: /[0-9]{1,9}(?=[.)])/) {
            // A list that counts.
            escaped += number.output + "\\"
            rest = rest[number.range.upperBound...]
            previous = "."
        }
        while let character = rest.popFirst() {
            switch character {
            case "\\", "`", "*", "[", "]", "<": escaped += "\\"
            // Within a word it means nothing.
            case "_" where !(isWord(previous) && isWord(rest.first)): escaped += "\\"
            // Addresses become links by themselves; those of a page are behind the link to it.
            case ":" where rest.hasPrefix("//"): escaped += "\\"
            case "." where previous == "w" || previous == "W": escaped += "\\"
            case "~" where rest.first == "~" || previous == "~": escaped += "\\"
            case "&" where rest.first.map { $0.isLetter || $0 == "#" } ?? false: escaped += "\\"
            default: break
            }
            escaped.append(character)
            previous = character
        }
        return escaped
    }

    private static func isWord(_ character: Character?) -> Bool {
        character.map { $0.isLetter || $0.isNumber } ?? false
    }
}
