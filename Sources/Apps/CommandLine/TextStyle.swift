/// The styles of highlighted output. They use the terminal's own colours, to match its theme.
public enum TextStyle: String, Sendable, CaseIterable {
    case bold = "1"
    case dim = "2"
    case red = "1;31"
    case yellow = "1;33"
    case green = "32"
    case cyan = "36"

    func applied(to text: String, usesColor: Bool) -> String {
        usesColor && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\(Self.end)" : text
    }

    private static let end = "\u{1B}[0m"

    /// The escape sequences that `applied` adds to a text: colours, which neither move the cursor
    /// nor erase anything.
    static let sequences =
        allCases.map { Array("\u{1B}[\($0.rawValue)m".unicodeScalars) }
        + [Array(end.unicodeScalars)]
}
