/// Why a document was not rendered.
///
/// A document is never rendered in part: either all of it is rendered, or this error names the
/// limit that was exceeded and, where the parser knows it, the line.
public struct MarkdownError: Error, Hashable, Sendable {
    /// The limit that was exceeded.
    public enum Code: String, Hashable, Sendable {
        /// The source is longer than `Limits.inputBytes`.
        case inputTooLarge
        /// The HTML would be longer than `Limits.outputBytes`.
        case outputTooLarge
        /// Quotes, lists, emphasis or raw HTML elements are nested too deeply.
        case nestingTooDeep
        /// The source would need far more memory or time than its length justifies.
        case tooComplex
    }

    public var code: Code
    /// The limit in the unit of the code: bytes, levels, or, for `tooComplex`, bytes of the
    /// parser's memory or steps of one of its loops.
    public var limit: Int
    /// The 1-based line of the source, where it is known.
    public var line: Int?

    public init(code: Code, limit: Int, line: Int? = nil) {
        self.code = code
        self.limit = limit
        self.line = line
    }
}

extension MarkdownError: CustomStringConvertible {
    /// States the problem and the fix, in one sentence each.
    public var description: String {
        let place = line.map { "line \($0): " } ?? ""
        switch code {
        case .inputTooLarge:
            return "\(place)the Markdown is longer than \(limit) bytes. Split the page."
        case .outputTooLarge:
            return "\(place)the Markdown grows to more than \(limit) bytes of HTML."
                + " Look for a very wide table, or a long link definition that is used often."
        case .nestingTooDeep:
            return "\(place)quotes, lists, emphasis or HTML elements are nested more than"
                + " \(limit) deep. Flatten them."
        case .tooComplex:
            return "\(place)the Markdown takes far more work than its length justifies."
                + " Look for a very wide table, or for long runs of brackets, parentheses,"
                + " quote or list markers."
        }
    }
}
