import Core

/// Collects lines below headings, and makes passages of them.
struct PassageBuilder {
    private struct Heading {
        var level: Int
        var text: String
        var anchor: String?
        /// Counts all headings of the page.
        var number: Int
    }

    /// An element that began at some moment: what came after it can be told from what came before.
    struct Place {
        var anchor: String?
        fileprivate var number: Int
    }

    /// Bytes of a link's label: a character may consist of any number of accents. See `SitePath`.
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
    /// Bytes of text that were taken.
    private var taken = 0
    /// How many lines there were when the innermost section began that has no heading yet.
    private var sectionStart: Int?

    init(limits: PageText.Limits) { self.limits = limits }

    /// Nothing more is taken.
    var isFull: Bool { passages.count >= limits.passages || taken > limits.bytes }

    func place(_ anchor: String?) -> Place { Place(anchor: anchor, number: number) }

    /// What a line consists of.
    private enum LineKind { case empty, links, text }

    /// - Parameter isLink: whether the text is that of a link to another page of the site. A line of
    ///   such links alone, such as a button, says what those pages are about and nothing of this one:
    ///   it is left out.
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

    /// Says that what follows stands on a line of its own.
    ///
    /// - Parameter isCode: of what comes before.
    mutating func endLine(isCode: Bool = false) {
        defer { lineKind = .empty }
        guard !line.isEmpty else { return }
        if lineKind != .links { lines.append(line.text) }
        if isCode { codeLines.insert(ExactText(line.text)) }
        line = PlainText.Folded()
    }

    /// Joins what follows to the line, where there is one.
    mutating func join(_ separator: String) {
        guard !line.isEmpty else { return }
        line.dropSpace()
        line.append(separator)
    }

    /// Begins what stands below a heading; those of its level and deeper ones end.
    ///
    /// - Parameters:
    ///   - anchor: of the heading itself. Without one it takes that of the heading above, or of
    ///     `place`, whichever is nearer.
    ///   - place: the innermost element around it that has a name.
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

    /// Says that a section begins: a line between this and its heading is part of what is below it.
    mutating func beginSection() {
        endLine()
        sectionStart = lines.count
    }

    /// The line that stands in a section before its heading, if it is one short line.
    private mutating func takeOpening() -> [String] {
        endLine()
        guard let start = sectionStart, lines.count == start + 1, let last = lines.last,
            last.utf8.count <= 100
        else { return [] }
        lines.removeLast()
        return [last]
    }

    /// Ends a section with the headings that began in it, after `place` did.
    mutating func endSection(since place: Place) {
        // What stood in it is no opening of a heading that follows it.
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
    /// Whether it is part of a word, and not a mark between two links.
    fileprivate var isWord: Bool {
        isASCII
            ? ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
            : properties.isAlphabetic || properties.numericType != nil
    }
}
