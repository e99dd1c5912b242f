import HTML

/// A page as the tree builder may see it: the same tags and texts, without what could make its work
/// or its memory grow faster than the page.
///
/// gumbo searches all open elements for most tags, and all earlier attributes of a tag for each one.
/// So the nesting ends at a limit, and so do the attributes of a tag. What is not markup (scripts,
/// styles, comments) is left out, and `<` in text is escaped: that way every tag that gumbo can find
/// is one that was counted here, whatever state it is in.
struct BoundedMarkup {
    /// Maximum number of elements around another, without those whose end tag may be left out.
    private static let depthLimit = 256

    /// Elements without content.
    private static let void: Set<String> = [
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "hr", "image", "img", "input",
        "keygen", "link", "meta", "param", "source", "track", "wbr",
    ]
    /// Elements that end without an end tag. They only nest with a counted element between them.
    private static let selfEnding: Set<String> = [
        "html", "head", "body", "p", "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody",
        "tfoot", "colgroup",
    ]
    /// Elements that the end of the element around them ends.
    private static let endingWithParent: Set<String> = ["optgroup", "rb", "rp", "rt", "rtc"]
    /// Elements whose content is no markup.
    private static let rawText: Set<String> = [
        "script", "style", "xmp", "iframe", "noembed", "noframes", "noscript",
    ]
    /// Elements whose content is text without tags.
    private static let plainText: Set<String> = ["title", "textarea"]
    /// Elements with markup that is no text of the page.
    private static let foreign: Set<String> = ["svg", "math", "template"]
    /// Tags that browsers have given up, and that end the page's text for good.
    private static let dropped: Set<String> = ["plaintext", "frameset", "frame", "isindex"]

    private(set) var bytes: [UInt8] = []
    /// Whether the end of the page is missing.
    private(set) var isCut = false
    private var open: [String] = []

    init(_ html: [UInt8]) {
        let input = html.contains(where: Self.isControl) ? Self.withoutControls(html) : html
        bytes.reserveCapacity(input.count)
        input.withUnsafeBufferPointer { read(HTMLReader($0)) }
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != 0x09 && byte != 0x0a && byte != 0x0c && byte != 0x0d
    }

    /// gumbo would show control characters as U+FFFD. A zero byte separates.
    private static func withoutControls(_ html: [UInt8]) -> [UInt8] {
        html.compactMap { byte in
            if byte == 0 { return UInt8(ascii: " ") }
            return isControl(byte) ? nil : byte
        }
    }

    private mutating func read(_ reader: HTMLReader) {
        var reader = reader
        var isAfterText = false
        while !isCut, let token = reader.next() {
            switch token {
            case .text(let range):
                // A comment between two texts keeps an entity from being joined of them.
                if isAfterText { bytes.append(contentsOf: "<!---->".utf8) }
                append(text: reader.bytes[range])
            case .startTag(let name): start(name, &reader)
            case .endTag(let name): end(name, reader)
            }
            if case .text = token { isAfterText = true } else { isAfterText = false }
        }
    }

    private mutating func start(_ range: Range<Int>, _ reader: inout HTMLReader) {
        let name = Self.name(range, reader)
        if Self.dropped.contains(name) { return }
        if Self.rawText.contains(name) {
            reader.skipRawText(of: range)
            return append(empty: name)
        }
        if Self.foreign.contains(name) {
            if !reader.isSelfClosing { skip(name, &reader) }
            return append(empty: name)
        }
        if Self.plainText.contains(name) {
            append(tag: range, reader)
            let start = reader.position
            reader.skipRawText(of: range)
            append(text: reader.bytes[start..<Self.endOfText(name, from: start, reader)])
            bytes.append(contentsOf: "</\(name)>".utf8)
            return
        }
        if !Self.void.contains(name), !Self.selfEnding.contains(name) {
            guard open.count < Self.depthLimit else {
                isCut = true
                return
            }
            open.append(name)
        }
        append(tag: range, reader)
    }

    private mutating func end(_ range: Range<Int>, _ reader: HTMLReader) {
        let name = Self.name(range, reader)
        // Only the innermost element: what the parser makes of another end tag depends on its state.
        let top = open.lastIndex { !Self.endingWithParent.contains($0) || $0 == name }
        if let top, open[top] == name { open.removeSubrange(top...) }
        bytes.append(contentsOf: "</".utf8)
        bytes.append(contentsOf: reader.bytes[range])
        bytes.append(UInt8(ascii: ">"))
    }

    /// Skips an element that may contain others of its name. One that is not closed takes the rest
    /// of the page.
    private mutating func skip(_ name: String, _ reader: inout HTMLReader) {
        var ahead = reader
        var depth = 1
        while let token = ahead.next() {
            switch token {
            case .startTag(let range):
                let inner = Self.name(range, ahead)
                if Self.rawText.contains(inner), !ahead.isSelfClosing {
                    ahead.skipRawText(of: range)
                } else if inner == name, !ahead.isSelfClosing {
                    depth += 1
                }
            case .endTag(let range):
                guard Self.name(range, ahead) == name else { continue }
                depth -= 1
                if depth == 0 {
                    reader = ahead
                    return
                }
            case .text: break
            }
        }
        isCut = true
        reader.skipRest()
    }

    // MARK: Writing

    private mutating func append(text: Slice<UnsafeBufferPointer<UInt8>>) {
        var rest = text
        while let place = rest.firstIndex(of: UInt8(ascii: "<")) {
            bytes.append(contentsOf: rest[..<place])
            bytes.append(contentsOf: "&lt;".utf8)
            rest = rest[(place + 1)...]
        }
        bytes.append(contentsOf: rest)
    }

    private mutating func append(empty name: String) {
        bytes.append(contentsOf: "<\(name)></\(name)>".utf8)
    }

    private mutating func append(tag name: Range<Int>, _ reader: HTMLReader) {
        bytes.append(UInt8(ascii: "<"))
        guard reader.attributeCount == HTMLReader.mostAttributes else {
            bytes.append(contentsOf: reader.bytes[name.lowerBound..<reader.position])
            return
        }
        bytes.append(contentsOf: reader.bytes[name])
        for index in 0..<reader.attributeCount {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: reader.bytes[reader.attributeName(index)])
            bytes.append(contentsOf: "=\"".utf8)
            for byte in reader.bytes[reader.attributeValue(index)] {
                if byte == UInt8(ascii: "\"") {
                    bytes.append(contentsOf: "&quot;".utf8)
                } else {
                    bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
    }

    // MARK: Reading

    private static func name(_ range: Range<Int>, _ reader: HTMLReader) -> String {
        String(
            decoding: reader.bytes[range].map { 0x41...0x5a ~= $0 ? $0 | 0x20 : $0 },
            as: UTF8.self)
    }

    /// Returns where the text before an end tag ends, behind which the reader stands.
    private static func endOfText(_ name: String, from start: Int, _ reader: HTMLReader) -> Int {
        let length = name.utf8.count + 2
        var index = reader.position - length
        while index >= start {
            if reader.bytes[index] == UInt8(ascii: "<"),
                reader.bytes[index + 1] == UInt8(ascii: "/"),
                Self.name((index + 2)..<(index + length), reader) == name
            {
                return index
            }
            index -= 1
        }
        return reader.position
    }
}
