import HTML

/// Reads untrusted HTML and writes a new fragment from an allow list.
///
/// No markup is copied from the input: every tag, attribute and character of the output is written
/// here, so a parsing trick can at worst become text. Every opened element is closed, in order, so
/// the fragment cannot close an element around it.
struct FragmentRebuilder: ~Copyable {
    /// The most bytes of a heading's text that are used for its id.
    private static let longestHeading = 500

    let names: PartNames
    var reader: HTMLReader
    var html: HTMLBuffer
    var open: [Tag] = []
    var links: [Link] = []
    var headings: [Heading] = []
    var usedIDs: Set<String> = []
    var omissions: Omissions

    /// Includes the ids of the Markdown's own headings.
    var ids: HeadingIDs
    private let depthLimit: Int
    /// Where the id of the open heading goes.
    private var headingStart: Int?
    /// The id in the heading's tag.
    var headingID: String?
    private var headingText: [UInt8] = []

    private let lines: [DocumentWriter.LinePair]
    private var lineIndex = 0
    private var countedBytes = 0
    private var inputLine = 1

    init(
        _ input: UnsafeBufferPointer<UInt8>, lines: [DocumentWriter.LinePair], ids: HeadingIDs,
        omissions: Omissions, names: PartNames, limits: MarkdownRenderer.Limits
    ) {
        self.names = names
        self.ids = ids
        self.omissions = omissions
        reader = HTMLReader(input)
        html = HTMLBuffer(expecting: input.count, limit: limits.outputBytes)
        depthLimit = limits.nesting * 2 + 16
        self.lines = lines
    }

    mutating func rebuild() throws(MarkdownError) {
        while let token = reader.next() {
            switch token {
            case .text(let range): appendText(range)
            case .startTag(let name): try startTag(name)
            case .endTag(let name):
                if let tag = Tag(name: reader.name(name)) { endTag(tag) }
            }
            if html.isFull { throw outputTooLarge }
        }
        close(downTo: 0)
        if html.isFull { throw outputTooLarge }
    }

    consuming func finish() -> RenderedMarkdown {
        RenderedMarkdown(
            html: html.array, links: links, headings: headings,
            omissions: omissions.list.sorted { $0.line < $1.line })
    }

    private var outputTooLarge: MarkdownError {
        MarkdownError(code: .outputTooLarge, limit: html.limit)
    }

    private mutating func appendText(_ range: Range<Int>) {
        let text = reader.bytes[range]
        // A browser would move any other text out of the table.
        if let top = open.last, top.isTableStructure, text.contains(where: { $0 > 0x20 }) { return }
        html.appendReferencing(text)
        captureHeading(text)
    }

    private mutating func startTag(_ nameRange: Range<Int>) throws(MarkdownError) {
        let name = reader.name(nameRange)
        guard let tag = Tag(name: name) else {
            let start = nameRange.lowerBound
            let shown = String(decoding: reader.bytes[nameRange].prefix(40), as: UTF8.self)
            omissions.add("<\(shown)>", line: line(at: start))
            dropElement(name, nameRange)
            return
        }
        guard makeRoom(for: tag) else {
            omissions.add("<\(name)> in this place", line: line(at: nameRange.lowerBound))
            return
        }
        let position = html.count
        if tag.headingLevel != nil { headingID = nil }
        guard appendTag(tag, at: nameRange.lowerBound) else { return }
        if tag == .br, isInHeading { headingText.append(UInt8(ascii: " ")) }
        guard !tag.isVoid else { return }
        open.append(tag)
        if open.count > depthLimit {
            throw MarkdownError(
                code: .nestingTooDeep, limit: depthLimit, line: line(at: nameRange.lowerBound))
        }
        if tag.headingLevel != nil {
            // After `<h1`.
            headingStart = position + 3
            headingText.removeAll(keepingCapacity: true)
        }
    }

    /// Omits an element that is not on the list, and its contents unless they are text.
    private mutating func dropElement(_ name: String, _ range: Range<Int>) {
        if AllowList.rawText.contains(name) {
            reader.skipRawText(of: range)
        } else if name == "plaintext" {
            reader.skipRest()
        } else if AllowList.dropped.contains(name), !reader.isSelfClosing {
            var depth = 1
            while depth > 0, let token = reader.next() {
                switch token {
                case .text: break
                case .startTag(let inner):
                    let innerName = reader.name(inner)
                    if innerName == name, !reader.isSelfClosing { depth += 1 }
                    if AllowList.rawText.contains(innerName), !reader.isSelfClosing {
                        reader.skipRawText(of: inner)
                    }
                case .endTag(let inner):
                    if reader.name(inner) == name { depth -= 1 }
                }
            }
        }
    }

    /// Closes the open elements above the first `count`.
    mutating func close(downTo count: Int) {
        while open.count > count, let tag = open.popLast() {
            if let level = tag.headingLevel { finishHeading(level) }
            html.append("</")
            html.append(tag.rawValue)
            html.append(">")
            if tag == .table { html.append("</div>") }
        }
    }

    /// Writes the heading's id, now that its text is known.
    private mutating func finishHeading(_ level: Int) {
        guard let start = headingStart else { return }
        headingStart = nil
        let words = headingText.split(whereSeparator: { $0 <= 0x20 })
        let text = Array(words.joined(separator: [UInt8(ascii: " ")]))
        let id: String
        if let own = headingID {
            id = own
            headingID = nil
        } else {
            var next = ids.next(for: text)
            while !usedIDs.insert(next).inserted { next = ids.next(for: text) }
            id = next
            html.insert(" id=\"\(id)\"", at: start)
        }
        headings.append(
            Heading(level: level, id: id, text: String(decoding: text, as: UTF8.self)))
    }

    var isInHeading: Bool { headingStart != nil }

    /// Adds text of the input to the open heading.
    mutating func captureHeading(_ text: CharacterReferences.Bytes) {
        guard isInHeading, headingText.count < Self.longestHeading else { return }
        headingText += CharacterReferences.decodedText(text.prefix(Self.longestHeading))
    }

    /// Returns the source line of a position in the input; positions must not decrease.
    mutating func line(at position: Int) -> Int {
        while countedBytes < position {
            if reader.bytes[countedBytes] == UInt8(ascii: "\n") { inputLine += 1 }
            countedBytes += 1
        }
        while lineIndex + 1 < lines.count, lines[lineIndex + 1].output <= inputLine {
            lineIndex += 1
        }
        guard lineIndex < lines.count, lines[lineIndex].output <= inputLine else { return 1 }
        return lines[lineIndex].source + inputLine - lines[lineIndex].output
    }
}
