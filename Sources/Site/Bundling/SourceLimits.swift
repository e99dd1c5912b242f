import Core

/// The limits on text from one row that a tool processes.
///
/// Parsers recurse for nested text, so a deeply nested row can crash any of them. Inputs that the
/// count of brackets does not find, such as a million operators in a row, are found when the tool
/// dies over them (``ToolDeath``).
enum SourceLimits {
    /// Bytes of code or styles in one field.
    static let size = 1 << 20
    /// Brackets open at the same time. Those in strings and comments count too, which matters only
    /// to a text with hundreds that are never closed.
    static let depth = 500
    /// Bytes of compiled code of one component.
    static let compiledSize = 4 << 20
    /// Bytes of the compiled code of all components together: a worker receives them in one frame.
    static let compiledTotal = 32 << 20

    /// - Parameter name: names the text in the message, such as `the code`.
    /// - Returns: the error in `text`, or nil when a tool may process it.
    static func fault(
        in text: String, name: String, at location: Diagnostic.Location
    ) -> Diagnostic? {
        let count = text.utf8.count
        guard count <= size else {
            return Diagnostic(
                .contentTooLarge, "\(name) has \(count) bytes; \(size) is the limit", at: location,
                hint: "split it, or move data out of it")
        }
        guard let line = lineOfTooDeepBracket(in: text) else { return nil }
        var place = location
        place.line = line
        return Diagnostic(
            .contentTooLarge, "\(name) is nested more than \(depth) brackets deep", at: place,
            hint: "close open brackets, or move parts into functions of their own")
    }

    /// Returns the 1-based line of the first bracket that is nested too deeply.
    private static func lineOfTooDeepBracket(in text: String) -> Int? {
        var open = 0
        var line = 1
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                open += 1
                if open > depth { return line }
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(0, open - 1)
            case UInt8(ascii: "\n"): line += 1
            default: break
            }
        }
        return nil
    }
}
