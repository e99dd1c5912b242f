import Core

/// Collects lines below headings, and combines them into passages.
struct PassageBuilder {
    private struct Heading {
        var level: Int
        var text: String
        var anchor: String?
        /// Number of the heading within the page.
        var number: Int
    }

    /// The position where an element began, to tell headings within it from earlier ones.
    struct Place {
        var anchor: String?
        fileprivate var number: Int
    }

    /// Maximum bytes of a link's label: a character may have any number of accents. See `InternalLink`.
    private static let labelBytes = 1000
    let limits: PageText.Limits
    private var headings: [Heading] = []
    private var lines: [String] = []
    private var codeLines: Set<ExactText> = []
    private var line = PlainText.Folded()
    private var lineKind = LineKind.empty
    private(set) var links: [PageLink] = []
    private var passages: [PagePassage] = []
    private var number = 0
    /// Bytes of text added so far.
    private var taken = 0
    /// Number of lines at the start of the innermost section that has no heading yet.
    private var sectionStart: Int?

    init(limits: PageText.Limits) { self.limits = limits }

    /// Whether a limit is reached, so that no more text is added.
    var isFull: Bool { passages.count >= limits.passages || taken > limits.bytes }

    func place(_ anchor: String?) -> Place { Place(anchor: anchor, number: number) }

    /// The content of a line.
    private enum LineKind { case empty, links, text }

    /// - Parameter isLink: whether the text belongs to a link to another page of the site. A line
    ///   of such links only, such as a button, describes those pages rather than this one, and is
    ///   omitted.
    mutating func append(_ text: String, isLink: Bool = false) {
        line.append(text)
        taken += text.utf8.count
        if isLink {
            if lineKind == .empty { lineKind = .links }
        } else if text.unicodeScalars.contains(where: \.isWord) {
            lineKind = .text
        }
    }

    mutating func addLink(_ link: PageLink) {
        let link = PageLink(
            route: link.route, label: PlainText.line(link.label, limit: limits.headingCharacters))
        guard !link.label.isEmpty, link.label.utf8.count <= Self.labelBytes,
            links.count < limits.links, !links.contains(link)
        else { return }
        links.append(link)
    }

    /// Ends the current line.
    ///
    /// - Parameter isCode: whether the line is code.
    mutating func endLine(isCode: Bool = false) {
        defer { lineKind = .empty }
        guard !line.isEmpty else { return }
        if lineKind != .links { lines.append(line.text) }
        if isCode { codeLines.insert(ExactText(line.text)) }
        line = PlainText.Folded()
    }

    /// Appends a separator to the current line, unless it is empty.
    mutating func join(_ separator: String) {
        guard !line.isEmpty else { return }
        line.dropSpace()
        line.append(separator)
    }

    /// Starts the text below a heading, which ends headings of its level and deeper ones.
    ///
    /// - Parameters:
    ///   - anchor: of the heading itself. Without one it takes that of the heading above or of
    ///     `place`, whichever is nearer.
    ///   - place: the innermost element around it that has an id.
    mutating func begin(_ text: String, level: Int, anchor: String?, in place: Place?) {
        let text = PlainText.line(text, limit: limits.headingCharacters)
        guard !text.isEmpty else { return }
        let opening = takeOpening()
        flush()
        lines = opening
        while let last = headings.last, last.level >= level { headings.removeLast() }
        number += 1
        var near = place?.anchor
        if let above = headings.last, above.number > place?.number ?? 0 {
            near = above.anchor ?? near
        }
        headings.append(
            Heading(level: level, text: text, anchor: anchor ?? near, number: number))
    }

    /// Starts a section: a line between its start and its heading belongs to the text below the
    /// heading.
    mutating func beginSection() {
        endLine()
        sectionStart = lines.count
    }

    /// Removes and returns a single short line before a section's heading, if there is one.
    private mutating func takeOpening() -> [String] {
        endLine()
        guard let start = sectionStart, lines.count == start + 1, let last = lines.last,
            last.utf8.count <= 100
        else { return [] }
        lines.removeLast()
        return [last]
    }

    /// Ends a section, and the headings that began in it, after `place`.
    mutating func endSection(since place: Place) {
        // A line in this section does not introduce a later heading.
        sectionStart = nil
        guard let last = headings.last, last.number > place.number else { return }
        flush()
        headings.removeAll { $0.number > place.number }
    }

    private mutating func flush() {
        endLine()
        sectionStart = nil
        guard !lines.isEmpty else { return }
        for text in Sentences.pieces(of: lines, limit: limits.characters)
        where passages.count < limits.passages {
            passages.append(
                PagePassage(
                    heading: headings.last?.text ?? "",
                    context: headings.dropLast().map(\.text), anchor: headings.last?.anchor,
                    text: text, code: code(in: text)))
        }
        lines = []
        codeLines = []
    }

    private func code(in text: String) -> String {
        guard !codeLines.isEmpty else { return "" }
        return text.splitUTF8(separator: "\n").filter { codeLines.contains(ExactText(String($0))) }
            .joined(separator: "\n")
    }

    mutating func finish() -> [PagePassage] {
        flush()
        return passages
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is part of a word, rather than a separator between two links.
    fileprivate var isWord: Bool {
        isASCII
            ? ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
            : properties.isAlphabetic || properties.numericType != nil
    }
}
