/// Finds documents that cmark-gfm 0.29.0.gfm.6 would need seconds for, before they are parsed.
///
/// The parser's arena limits memory; this limits the loops that allocate nothing and grow with the
/// square of the input. Each cost below is the product that such a loop runs through, at about a
/// nanosecond a step; text written by a person stays far below all budgets. A paragraph is assumed
/// to end at a blank line or a list item, which is never too early. A short document cannot reach
/// the budgets and is not scanned.
struct SourceScan {
    private static let longestUnread = 8 << 10
    /// No line opens more quotes and lists than this, whatever the nesting limit is.
    private static let mostContainers = 512
    /// The most steps that one kind of loop may take.
    private static let stepBudget = 100_000_000
    /// Open containers × lines: each line walks all open quotes and lists, at ten times the cost a
    /// step.
    private static let descentBudget = 10_000_000

    private struct Paragraph {
        var start = 0
        var images = 0
        var closings = 0
        var declarations = 0
        var tildes = 0
        var delimiters = 0
        var lines = 0
        var tableRowCost = 0

        /// Closing a link checks every image that is still open, and, more cheaply, every
        /// delimiter; `<?` and `<!` search for their end; a tilde searches for its match among all
        /// delimiters.
        func cost(length: Int) -> Int {
            max(
                images * closings, closings * delimiters / 5, declarations * length,
                tildes * delimiters, tableRowCost)
        }

        /// Adds a possible second row of a table: the parser reads the whole paragraph above as the
        /// first row, and searches for the start of each cell from each line.
        mutating func addTableRow(length: Int) {
            tableRowCost += length * (16 + lines / 4)
        }
    }

    private let source: UnsafeBufferPointer<UInt8>
    private let nesting: Int
    private var line = 1
    private var deepest = 0
    private var deepestLine = 1
    private var paragraph = Paragraph()
    private var paragraphCost = 0
    /// Autolinks count parentheses, and search for a host, from each mark to the end of the word.
    private var wordCost = 0
    /// The cells of a row are appended to a list that is walked from its head.
    private var columnCost = 0

    /// - Throws: `MarkdownError` with the line at which a budget was exceeded.
    static func check(
        _ source: UnsafeBufferPointer<UInt8>, nesting: Int
    ) throws(MarkdownError) {
        guard source.count > longestUnread else { return }
        var scan = SourceScan(source, nesting: nesting)
        var start = 0
        while start < source.count { start = try scan.readLine(from: start) }
    }

    private init(_ source: UnsafeBufferPointer<UInt8>, nesting: Int) {
        self.source = source
        self.nesting = nesting
    }

    /// Returns the start of the next line.
    private mutating func readLine(from start: Int) throws(MarkdownError) -> Int {
        if beginsItem(at: start) { endParagraph(at: start) }
        try descend(containers(from: start))
        var columns = 0
        var wordStart = start
        var wordMarks = 0
        var isBlank = true
        var isTableRow = true
        var hasColon = false
        var index = start
        var previous: UInt8 = 0
        line: while index < source.count {
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                break line
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                wordCost += wordMarks * (index - wordStart)
                wordStart = index + 1
                wordMarks = 0
                previous = byte
                index += 1
                continue
            case UInt8(ascii: "|"):
                columns += 1
                isBlank = false
                previous = byte
                index += 1
                continue
            case UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: ">"):
                if byte == UInt8(ascii: ":") { hasColon = true }
                isBlank = false
                previous = byte
                index += 1
                continue
            case UInt8(ascii: ")"), UInt8(ascii: "@"):
                wordMarks += 1
            case UInt8(ascii: "."):
                if previous == UInt8(ascii: "w") { wordMarks += 1 }
            case UInt8(ascii: "/"):
                if previous == UInt8(ascii: ":") { wordMarks += 1 }
            case UInt8(ascii: "["):
                if previous == UInt8(ascii: "!") { paragraph.images += 1 }
            case UInt8(ascii: "]"):
                paragraph.closings += 1
            case UInt8(ascii: "?"), UInt8(ascii: "!"):
                if previous == UInt8(ascii: "<") { paragraph.declarations += 1 }
            case UInt8(ascii: "~"):
                paragraph.tildes += 1
                paragraph.delimiters += 1
            case UInt8(ascii: "*"), UInt8(ascii: "_"):
                paragraph.delimiters += 1
            default:
                break
            }
            isBlank = false
            isTableRow = false
            previous = byte
            index += 1
        }
        if isTableRow, !isBlank, columns > 0 || hasColon || source[start] != UInt8(ascii: "-") {
            paragraph.addTableRow(length: start - paragraph.start)
        }
        wordCost += wordMarks * (index - wordStart)
        columnCost += columns * columns
        try endLine(at: index, isBlank: isBlank)
        if index + 1 < source.count, source[index] == 0x0D, source[index + 1] == 0x0A { index += 1 }
        return index + 1
    }

    private mutating func descend(_ containers: Int) throws(MarkdownError) {
        if containers > deepest {
            deepest = containers
            deepestLine = line
        }
        if deepest > Self.mostContainers
            || deepest > nesting && deepest * line > Self.descentBudget
        {
            throw MarkdownError(code: .nestingTooDeep, limit: nesting, line: deepestLine)
        }
    }

    private mutating func endLine(at end: Int, isBlank: Bool) throws(MarkdownError) {
        let cost = paragraphCost + paragraph.cost(length: end - paragraph.start)
        if max(cost, wordCost, columnCost) > Self.stepBudget {
            throw MarkdownError(code: .tooComplex, limit: Self.stepBudget, line: line)
        }
        paragraph.lines += 1
        if isBlank { endParagraph(at: end) }
        line += 1
    }

    private mutating func endParagraph(at end: Int) {
        paragraphCost += paragraph.cost(length: end - paragraph.start)
        paragraph = Paragraph(start: end)
    }

    /// Whether the line is a list item that ends any paragraph above it.
    private func beginsItem(at start: Int) -> Bool {
        var index = start
        while index < source.count, source[index] == 0x20 { index += 1 }
        guard index - start <= 3, index + 2 < source.count else { return false }
        let isMarker = "-+*".utf8.contains(source[index])
        return isMarker && source[index + 1] == 0x20 && source[index + 2] > 0x20
    }

    /// The most quotes and lists that may be open where the line's text begins: its markers, and
    /// those that the white space before them may continue.
    private func containers(from start: Int) -> Int {
        var markers = 0
        var spaces = 0
        var digits = 0
        for index in start..<source.count {
            let byte = source[index]
            let next = index + 1 < source.count ? source[index + 1] : 0x0A
            let isBeforeSpace = next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D
            switch byte {
            case UInt8(ascii: " "): spaces += 1
            case UInt8(ascii: "\t"): spaces += 4
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: ">"): markers += 1
            case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"):
                guard isBeforeSpace else { return depth(markers, spaces) }
                markers += 1
            case UInt8(ascii: "."), UInt8(ascii: ")"):
                guard digits > 0, isBeforeSpace else { return depth(markers, spaces) }
                markers += 1
                digits = 0
            default:
                return depth(markers, spaces)
            }
        }
        return depth(markers, spaces)
    }

    /// A marker is followed by one space, and continued by two.
    private func depth(_ markers: Int, _ spaces: Int) -> Int {
        markers == 0 ? 0 : markers + max(0, spaces - markers) / 2
    }
}
