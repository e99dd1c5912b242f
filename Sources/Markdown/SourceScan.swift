/// Finds, before it is parsed, a document that cmark-gfm 0.29.0.gfm.6 would need seconds for.
///
/// Memory is bounded by the parser's arena; this bounds the loops that allocate nothing and grow
/// with the square of the input. Each estimate is the product that the loop runs through, and each
/// budget is worth about a tenth of a second. Text that a person wrote stays far below all of them.
/// A short document cannot reach them and is not read at all.
struct SourceScan {
    private static let longestUnread = 8 << 10
    /// Open containers × lines: each line walks down every open quote and list.
    private static let descentBudget = 10_000_000
    /// Columns², summed over lines: cells are appended to a list that is walked from its head.
    private static let columnBudget = 100_000_000
    /// Length of a word × `)` or `@` in it: autolinks count parentheses and look for hosts again
    /// and again.
    private static let wordBudget = 1_000_000_000
    /// `![` × `]` in a paragraph: closing a link looks at every image that is still open.
    private static let bracketBudget = 50_000_000

    private var line = 1
    private var deepest = 0
    private var deepestLine = 1
    private var columns = 0
    private var columnCost = 0
    private var wordStart = 0
    private var wordMarks = 0
    private var wordCost = 0
    private var images = 0
    private var closings = 0

    static func check(
        _ source: UnsafeBufferPointer<UInt8>, nesting: Int
    ) throws(MarkdownError) {
        guard source.count > longestUnread else { return }
        var scan = SourceScan()
        var start = 0
        while start < source.count {
            start = try scan.readLine(source, from: start, nesting: nesting)
        }
    }

    private mutating func readLine(
        _ source: UnsafeBufferPointer<UInt8>, from start: Int, nesting: Int
    ) throws(MarkdownError) -> Int {
        let markers = Self.containerMarkers(source, from: start)
        if markers > deepest {
            deepest = markers
            deepestLine = line
        }
        if deepest > nesting, deepest * line > Self.descentBudget {
            throw MarkdownError(code: .nestingTooDeep, limit: nesting, line: deepestLine)
        }
        columns = 0
        wordStart = start
        wordMarks = 0
        var isBlank = true
        var index = start
        while index < source.count {
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                try endWord(at: index)
                try endLine(isBlank: isBlank)
                let isPair = byte == 0x0D && index + 1 < source.count && source[index + 1] == 0x0A
                return index + (isPair ? 2 : 1)
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                try endWord(at: index)
                wordStart = index + 1
                wordMarks = 0
            case UInt8(ascii: "|"):
                columns += 1
                isBlank = false
            case UInt8(ascii: ")"), UInt8(ascii: "@"):
                wordMarks += 1
                isBlank = false
            case UInt8(ascii: "["):
                if index > 0, source[index - 1] == UInt8(ascii: "!") { images += 1 }
                isBlank = false
            case UInt8(ascii: "]"):
                closings += 1
                isBlank = false
            default:
                isBlank = false
            }
            index += 1
        }
        try endWord(at: index)
        try endLine(isBlank: isBlank)
        return index
    }

    private mutating func endWord(at end: Int) throws(MarkdownError) {
        guard wordMarks > 0 else { return }
        wordCost += wordMarks * (end - wordStart)
        if wordCost > Self.wordBudget { throw tooComplex }
    }

    private mutating func endLine(isBlank: Bool) throws(MarkdownError) {
        columnCost += columns * columns
        if columnCost > Self.columnBudget || images * closings > Self.bracketBudget {
            throw tooComplex
        }
        if isBlank {
            images = 0
            closings = 0
        }
        line += 1
    }

    private var tooComplex: MarkdownError {
        MarkdownError(code: .tooComplex, limit: Self.wordBudget, line: line)
    }

    /// How many quote and list markers the line begins with.
    private static func containerMarkers(
        _ source: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int {
        var markers = 0
        var index = start
        var digits = 0
        while index < source.count {
            let byte = source[index]
            let next = index + 1 < source.count ? source[index + 1] : 0x0A
            let isBeforeSpace = next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D
            switch byte {
            case UInt8(ascii: ">"):
                markers += 1
                digits = 0
            case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "*"):
                guard isBeforeSpace else { return markers }
                markers += 1
                digits = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
            case UInt8(ascii: "."), UInt8(ascii: ")"):
                guard digits > 0, isBeforeSpace else { return markers }
                markers += 1
                digits = 0
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                break
            default:
                return markers
            }
            index += 1
        }
        return markers
    }
}
