/// One error: what is wrong, where it is, and what to do about it.
///
/// A diagnostic is data: commands print it as text or as JSON, and tests compare it. It names the
/// row that an admin must edit, never a place in the program.
///
/// ```swift
/// Diagnostic(
///     .unknownLayout, "there is no layout 'singel-column'",
///     at: .init(page: "home"), hint: "did you mean 'single-column'?")
/// ```
public struct Diagnostic: Error, Hashable, Sendable, Codable {
    public enum Severity: String, Hashable, Sendable, Codable {
        case error, warning
    }

    /// An `error` prevents a page from being published; a `warning` does not.
    public var severity: Severity
    /// The stable, machine-readable code, such as `unknown-layout`.
    public var code: Code
    /// One sentence without a final full stop, in the admin's words.
    public var message: String
    public var location: Location
    /// The next step, when there is one best next step.
    public var hint: String?
    /// The lines of code around the error, when the error is in code.
    ///
    /// An excerpt is not part of an error's identity: editing the neighbouring lines does not make
    /// it another error.
    public var excerpt: Excerpt?

    public init(
        _ code: Code, _ message: String, at location: Location = Location(), hint: String? = nil,
        severity: Severity = .error
    ) {
        self.severity = severity
        self.code = code
        self.message = Self.shortened(message)
        self.location = location
        self.hint = hint.map(Self.shortened)
    }
}

extension Diagnostic {
    /// The scalars shown of a quotation; a name in a row may have a million.
    private static let longestQuotation = 200
    /// The scalars shown between two quotations, because a name may contain a quotation mark, too.
    private static let longestGap = 1000
    /// The bytes of a text that is not shortened, and of the longest text shown.
    private static let (usual, longest) = (1000, 16_000)

    /// Returns the text with long quotations shortened.
    static func shortened(_ text: String) -> String {
        guard text.utf8.count > usual else { return text }
        func prefix(_ text: Substring, _ limit: Int) -> String {
            guard text.utf8.count > limit, text.unicodeScalars.count > limit else {
                return String(text)
            }
            return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…"
        }
        let parts = text.splitUTF8(separator: "'", omittingEmptySubsequences: false)
        let short = parts.enumerated().map { index, part in
            // The text before the first quotation mark and after the last is the program's own.
            if index == 0 || index == parts.count - 1 { return String(part) }
            return prefix(part, index % 2 == 1 ? longestQuotation : longestGap)
        }.joined(separator: "'")
        return prefix(short[...], longest)
    }

    public static func == (left: Diagnostic, right: Diagnostic) -> Bool {
        left.code == right.code && left.severity == right.severity
            && left.location == right.location && left.message == right.message
            && left.hint == right.hint
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
        hasher.combine(location)
    }
}

extension Diagnostic {
    /// Where an error is: every known part, from the node down to the column.
    public struct Location: Hashable, Sendable, Codable {
        public var node: String?
        /// `page_key` of the row in `robbieblocks_pages`.
        public var page: String?
        /// `block_order` of the row in `robbieblocks_page_blocks`.
        public var block: Int?
        /// `frame_key` of the row in `robbieblocks_frame_blocks`.
        public var frame: String?
        /// `component_key` of the row in `robbieblocks_components`.
        public var component: String?
        /// `token_key`, in `robbieblocks_style_tokens` or in a node's `style_overrides`.
        public var token: String?
        /// The column of the row, such as `react_code`, `props` or `content`; or a file's path.
        public var field: String?
        /// The line in the text of `field`, from 1.
        public var line: Int?
        /// The column in characters, from 1.
        public var column: Int?

        public init(
            node: String? = nil, page: String? = nil, block: Int? = nil, frame: String? = nil,
            component: String? = nil, token: String? = nil, field: String? = nil,
            line: Int? = nil, column: Int? = nil
        ) {
            self.node = node
            self.page = page
            self.block = block
            self.frame = frame
            self.component = component
            self.token = token
            self.field = field
            self.line = line
            self.column = column
        }
    }
}

extension Diagnostic.Location: CustomStringConvertible {
    /// `page 'home', block 2, component 'hero', react_code:3:14`; empty when nothing is known.
    public var description: String {
        var parts: [String] = []
        if let node { parts.append("node '\(node)'") }
        if let page { parts.append("page '\(page)'") }
        if let block { parts.append("block \(block)") }
        if let frame { parts.append("frame block '\(frame)'") }
        if let component { parts.append("component '\(component)'") }
        if let token { parts.append("token '\(token)'") }
        let position = [line, column].compactMap { $0.map(String.init) }.joined(separator: ":")
        switch (field, position.isEmpty) {
        case (let field?, false): parts.append("\(field):\(position)")
        case (let field?, true): parts.append(field)
        case (nil, false): parts.append("line \(position)")
        case (nil, true): break
        }
        return Diagnostic.shortened(parts.joined(separator: ", "))
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `error: page 'home', zone: there is no zone 'mian'`, and a second line with the hint.
    public var description: String {
        let place = location.description
        let head = place.isEmpty ? "\(severity.rawValue):" : "\(severity.rawValue): \(place):"
        return hint.map { "\(head) \(message)\n  hint: \($0)" } ?? "\(head) \(message)"
    }
}
