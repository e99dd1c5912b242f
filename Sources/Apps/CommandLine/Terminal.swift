/// A command's output stream and its capabilities.
///
/// Colour is used when the stream is a terminal, `NO_COLOR` is unset or empty and `TERM` is not
/// `dumb` (https://no-color.org).
public struct Terminal: Sendable {
    /// Whether the output is interactive, so that lines may be rewritten in place.
    public let isInteractive: Bool
    public let usesColor: Bool
    private let sink: @Sendable (String) -> Void

    /// - Parameters:
    ///   - isTerminal: whether the stream is a terminal.
    ///   - environment: the process's environment, for `NO_COLOR` and `TERM`.
    ///   - sink: receives every piece of text, from any task.
    public init(
        isTerminal: Bool, environment: [String: String], sink: @escaping @Sendable (String) -> Void
    ) {
        let isDumb = environment["TERM"] == "dumb"
        isInteractive = isTerminal && !isDumb
        usesColor = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
        self.sink = sink
    }

    public static func standardOutput(environment: [String: String]) -> Terminal {
        Terminal(.output, environment: environment)
    }

    public static func standardError(environment: [String: String]) -> Terminal {
        Terminal(.error, environment: environment)
    }

    private init(_ stream: StandardStream, environment: [String: String]) {
        self.init(isTerminal: stream.isTerminal, environment: environment) { stream.write($0) }
    }
}

extension Terminal {
    /// Writes text whose only control characters are this program's own, such as a list of
    /// diagnostics.
    public func write(_ text: String) {
        sink(text)
    }

    /// Writes one line. Control characters in it, which text from a row may hold, are made visible;
    /// a line feed becomes a space.
    public func writeLine(_ text: String) {
        sink(ControlCharacters.shown(in: text, keepsStyles: usesColor) + "\n")
    }

    /// Writes JSON and a line feed. Control characters are escaped, so that readers get the text of
    /// rows, and terminals obey none of it.
    public func writeJSON(_ json: String) {
        sink(ControlCharacters.escaped(inJSON: json) + "\n")
    }

    /// Returns the text in a style, or unchanged when colour is off.
    public func styled(_ text: String, _ style: TextStyle) -> String {
        style.applied(to: text.printable, usesColor: usesColor)
    }
}
