/// Why a document was not rendered.
///
/// A document is never rendered in part: it is whole, or this says which limit it passed and, where
/// the parser knows it, at which line.
public struct MarkdownError: Error, Hashable, Sendable {
    /// The limit that was passed.
    public enum Code: String, Hashable, Sendable {
        /// The source is longer than `Limits.inputBytes`.
        case inputTooLarge
        /// The HTML would be longer than `Limits.outputBytes`.
        case outputTooLarge
        /// Quotes, lists, emphasis or raw HTML elements stand too deep in one another.
        case nestingTooDeep
        /// The source would cost far more memory or time than its length explains.
        case tooComplex
    }

    public var code: Code
    /// The limit in the unit of the code: bytes, levels, or, when it is too complex, bytes of
    /// the parser's memory or steps of one of its loops.
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
    /// What is wrong and what to do, in one sentence each.
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
            return "\(place)the Markdown takes far more work than its length explains."
                + " Look for a very wide table, or for long runs of brackets, parentheses,"
                + " quote or list markers."
        }
    }
}
