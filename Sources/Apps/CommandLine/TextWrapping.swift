import Core

/// Breaks text at spaces into lines of a width; words that are longer stay whole.
enum TextWrapping {
    /// - Parameters:
    ///   - width: of the whole line, in characters, indent included.
    ///   - indent: spaces before every line.
    static func lines(_ text: String, width: Int, indent: Int = 0) -> [String] {
        let margin = String(repeating: " ", count: indent)
        return text.splitUTF8(separator: "\n", omittingEmptySubsequences: false).flatMap {
            paragraph in
            var lines: [String] = []
            var line = ""
            for word in paragraph.splitUTF8(separator: " ") {
                if line.isEmpty {
                    line = String(word)
                } else if indent + line.count + 1 + word.count <= width {
                    line += " " + word
                } else {
                    lines.append(margin + line)
                    line = String(word)
                }
            }
            lines.append(line.isEmpty ? "" : margin + line)
            return lines
        }
    }
}
