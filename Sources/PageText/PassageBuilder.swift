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

    private let limits: PageText.Limits
    private var headings: [Heading] = []
    private var lines: [String] = []
    private var line = PlainText.Folded()
    private var passages: [PagePassage] = []
    private var number = 0

    init(limits: PageText.Limits) { self.limits = limits }

    /// Nothing more is taken.
    var isFull: Bool { passages.count >= limits.passages }

    func place(_ anchor: String?) -> Place { Place(anchor: anchor, number: number) }

    mutating func append(_ text: String) { line.append(text) }

    /// Says that what follows stands on a line of its own.
    mutating func endLine() {
        guard !line.isEmpty else { return }
        lines.append(line.text)
        line = PlainText.Folded()
    }

    /// Joins what follows to the line, where there is one.
    mutating func join(_ separator: String) {
        guard !line.isEmpty else { return }
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
        flush()
        while let last = headings.last, last.level >= level { headings.removeLast() }
        number += 1
        var near = place?.anchor
        if let above = headings.last, above.number > place?.number ?? 0 {
            near = above.anchor ?? near
        }
        headings.append(
            Heading(level: level, text: text, anchor: anchor ?? near, number: number))
    }

    /// Ends the headings that began after `place` did.
    mutating func end(since place: Place) {
        guard let last = headings.last, last.number > place.number else { return }
        flush()
        headings.removeAll { $0.number > place.number }
    }

    private mutating func flush() {
        endLine()
        guard !lines.isEmpty else { return }
        for text in Sentences.pieces(of: lines, limit: limits.characters) where !isFull {
            passages.append(
                PagePassage(
                    heading: headings.last?.text ?? "",
                    context: headings.dropLast().map(\.text), anchor: headings.last?.anchor,
                    text: text))
        }
        lines = []
    }

    mutating func finish() -> [PagePassage] {
        flush()
        return passages
    }
}
