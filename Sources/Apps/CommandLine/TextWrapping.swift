import Core

/// Wraps text at spaces to a width; words longer than that are not broken.
enum TextWrapping {
    /// - Parameters:
    ///   - width: the width of the line in characters, including the indent.
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
