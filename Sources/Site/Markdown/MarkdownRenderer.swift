/// Turns Markdown into HTML: CommonMark with GitHub's tables, strikethrough, autolinks and task
/// lists, and footnotes.
///
/// cmark-gfm parses, and this target writes the HTML itself, because a site needs what cmark's own
/// renderer lacks: ids on headings, a list of links, a policy for URLs, and a limit on the output
/// that holds while it is written. An untrusted document with raw HTML takes one more step: all of
/// its HTML is read again and rebuilt from an allow list.
///
/// cmark has tables that change while it parses, so a process renders documents one at a time,
/// whichever task asks; a program that needs more speed runs more worker processes.
public struct MarkdownRenderer: Sendable {
    /// The limits of one document.
    public struct Limits: Hashable, Sendable {
        /// The longest source, in bytes.
        public var inputBytes = 1 << 20
        /// The longest HTML, in bytes.
        public var outputBytes = 8 << 20
        /// How deeply quotes, list items and inline markup may be nested. Raw HTML elements may be
        /// nested twice as deeply plus sixteen levels.
        public var nesting = 64

        public init(inputBytes: Int = 1 << 20, outputBytes: Int = 8 << 20, nesting: Int = 64) {
            self.inputBytes = inputBytes
            self.outputBytes = outputBytes
            self.nesting = nesting
        }
    }

    public let limits: Limits

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Renders one document.
    ///
    /// Bytes that are not UTF-8, and NUL, become U+FFFD. An untrusted document keeps only links
    /// that `LinkPolicy` allows, and images from the site itself, from https or embedded as
    /// `data:`. A forbidden link is reduced to its text and a forbidden image to its alternative
    /// text; the omission is listed.
    ///
    /// - Parameters:
    ///   - source: Markdown in UTF-8.
    ///   - trusted: Whether raw HTML and URLs of any kind pass through as written. Otherwise raw
    ///     HTML is rebuilt from an allow list and cannot close an element around it.
    ///   - language: the language tag of the document, for names that only screen readers announce.
    /// - Throws: `MarkdownError` when a limit is exceeded; nothing is rendered in that case.
    public func render(
        _ source: [UInt8], trusted: Bool, language: String = "en"
    ) throws(MarkdownError) -> RenderedMarkdown {
        guard source.count <= limits.inputBytes else {
            throw MarkdownError(code: .inputTooLarge, limit: limits.inputBytes)
        }
        let (limits, names) = (limits, PartNames(language: language))
        let outcome: Result<RenderedMarkdown, MarkdownError> = source.withUnsafeBufferPointer {
            source in
            ParsedDocument.exclusively { () throws(MarkdownError) -> RenderedMarkdown in
                try Self.render(source, trusted: trusted, names: names, limits: limits)
            }
        }
        return try outcome.get()
    }

    private static func render(
        _ source: UnsafeBufferPointer<UInt8>, trusted: Bool, names: PartNames, limits: Limits
    ) throws(MarkdownError) -> RenderedMarkdown {
        try SourceScan.check(source, nesting: limits.nesting)
        let document = try ParsedDocument(source)
        let explicit = ExplicitIDs.find(in: document.root, source: source)
        var writer = DocumentWriter(
            purpose: trusted ? .trusted : .untrusted, names: names, sourceBytes: source.count,
            explicitIDs: explicit, limits: limits)
        if try writer.write(document.root) { return writer.finish() }

        // Raw HTML in an untrusted document.
        var raw = DocumentWriter(
            purpose: .rebuilding, names: names, sourceBytes: source.count, explicitIDs: explicit,
            limits: limits)
        _ = try raw.write(document.root)
        var rebuilder = FragmentRebuilder(
            raw.html.bytes, lines: raw.lineMap, ids: raw.ids, omissions: raw.omissions,
            names: names,
            limits: limits)
        try rebuilder.rebuild()
        return rebuilder.finish()
    }
}
