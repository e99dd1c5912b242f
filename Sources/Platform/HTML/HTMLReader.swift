import Glibc

/// Splits HTML into text and tags as an HTML5 browser does, in one pass and in constant memory.
///
/// Comments, doctypes, processing instructions and CDATA sections are skipped by the standard's
/// rules (`<!-->` is a complete comment), and a tag cut off by the end of input is ignored.
/// A parser of trees, such as `HTMLDocument` uses, compares each attribute of a tag with all others:
/// one tag of 900 KB can take a quarter of a minute.
package struct HTMLReader {
    /// A token as positions in `bytes`; names keep their case.
    package enum Token {
        case text(Range<Int>)
        case startTag(Range<Int>)
        case endTag(Range<Int>)
    }

    private struct Attribute {
        var name: Range<Int>
        var value: Range<Int>
    }

    /// The most attributes kept of a tag; the rest are skipped.
    package static let mostAttributes = 32

    package let bytes: UnsafeBufferPointer<UInt8>
    package private(set) var position = 0
    /// Whether the last start tag ended in `/>`.
    package private(set) var isSelfClosing = false
    private var attributes: [Attribute] = []

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Returns the next token, or nil at the end.
    package mutating func next() -> Token? {
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<"), position + 1 < bytes.count else {
                return readText()
            }
            switch bytes[position + 1] {
            case let byte where Self.isLetter(byte):
                return readTag(nameAt: position + 1).map(Token.startTag)
            case UInt8(ascii: "/"):
                guard position + 2 < bytes.count else { return readText() }
                if Self.isLetter(bytes[position + 2]) {
                    return readTag(nameAt: position + 2).map(Token.endTag)
                }
                skip(past: ">", from: position + 2)
            case UInt8(ascii: "!"):
                skipDeclaration()
            case UInt8(ascii: "?"):
                skip(past: ">", from: position + 2)
            default:
                return readText()
            }
        }
        return nil
    }

    package var hasAttributes: Bool { !attributes.isEmpty }
    /// The number of attributes read of the last start tag.
    package var attributeCount: Int { attributes.count }

    package func attributeName(_ index: Int) -> Range<Int> { attributes[index].name }

    package func attributeValue(_ index: Int) -> Range<Int> { attributes[index].value }

    /// Returns the value of an attribute of the last start tag; the first of a name counts.
    package func attribute(_ name: StaticString) -> Range<Int>? {
        attributes.first { isName($0.name, name) }?.value
    }

    /// Returns the `name` of `<a name="…">`, the old form of an anchor.
    package func anchorName(of tag: Range<Int>) -> Range<Int>? {
        isName(tag, "a") ? attribute("name") : nil
    }

    /// Compares a name without regard to case; `name` is in lower case.
    package func isName(_ range: Range<Int>, _ name: StaticString) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count
        where Self.lowercase(bytes[range.lowerBound + offset]) != name.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Returns a name in lower case; empty when it is longer than any known name.
    package func name(_ range: Range<Int>) -> String {
        guard range.count <= 15 else { return "" }
        return String(decoding: bytes[range].map(Self.lowercase), as: UTF8.self)
    }

    /// Skips an element whose content is not markup, with its end tag.
    package mutating func skipRawText(of name: Range<Int>) {
        let length = name.count
        while let start = find("<", from: position) {
            position = start + 1
            let nameStart = start + 2
            guard nameStart + length < bytes.count, bytes[start + 1] == UInt8(ascii: "/"),
                Self.endsName(bytes[nameStart + length]),
                (0..<length).allSatisfy({
                    Self.lowercase(bytes[nameStart + $0])
                        == Self.lowercase(bytes[name.lowerBound + $0])
                })
            else { continue }
            skip(past: ">", from: nameStart + length)
            return
        }
        position = bytes.count
    }

    /// Skips the rest of the input.
    package mutating func skipRest() { position = bytes.count }

    private mutating func readText() -> Token {
        let start = position
        position = find("<", from: start + 1) ?? bytes.count
        return .text(start..<position)
    }

    private mutating func skipDeclaration() {
        let start = position + 2
        guard start + 1 < bytes.count, bytes[start] == UInt8(ascii: "-"),
            bytes[start + 1] == UInt8(ascii: "-")
        else {
            skip(past: ">", from: start)
            return
        }
        // `<!-->` and `<!--->` are complete comments.
        if start + 2 < bytes.count, bytes[start + 2] == UInt8(ascii: ">") {
            position = start + 3
            return
        }
        if start + 3 < bytes.count, bytes[start + 2] == UInt8(ascii: "-"),
            bytes[start + 3] == UInt8(ascii: ">")
        {
            position = start + 4
            return
        }
        var index = start + 2
        while let end = find(">", from: index) {
            let isEnd = end >= start + 4 && hasDashes(before: end)
            let isBangEnd =
                end >= start + 5 && bytes[end - 1] == UInt8(ascii: "!")
                && hasDashes(before: end - 1)
            if isEnd || isBangEnd {
                position = end + 1
                return
            }
            index = end + 1
        }
        position = bytes.count
    }

    private func hasDashes(before end: Int) -> Bool {
        bytes[end - 1] == UInt8(ascii: "-") && bytes[end - 2] == UInt8(ascii: "-")
    }

    /// Reads a tag, or skips the rest of the input when the tag does not end.
    private mutating func readTag(nameAt start: Int) -> Range<Int>? {
        attributes.removeAll(keepingCapacity: true)
        isSelfClosing = false
        var index = start
        while index < bytes.count, !Self.endsName(bytes[index]) { index += 1 }
        let name = start..<index
        while true {
            while index < bytes.count,
                Self.isSpace(bytes[index]) || bytes[index] == UInt8(ascii: "/")
            {
                index += 1
            }
            guard index < bytes.count else { break }
            if bytes[index] == UInt8(ascii: ">") {
                isSelfClosing = bytes[index - 1] == UInt8(ascii: "/")
                position = index + 1
                return name
            }
            guard let next = readAttribute(at: index) else { break }
            index = next
        }
        position = bytes.count
        return nil
    }

    /// Reads an attribute and returns where it ends, or nil when the input ends first.
    private mutating func readAttribute(at start: Int) -> Int? {
        // A name may begin with `=`.
        var index = start + 1
        while index < bytes.count, !Self.endsName(bytes[index]),
            bytes[index] != UInt8(ascii: "=")
        {
            index += 1
        }
        let name = start..<index
        while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
        guard index < bytes.count else { return nil }
        guard bytes[index] == UInt8(ascii: "=") else {
            keep(name, index..<index)
            return index
        }
        index += 1
        while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
        guard index < bytes.count else { return nil }
        let quote = bytes[index]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            guard let end = find(quote, from: index + 1) else { return nil }
            keep(name, index + 1..<end)
            return end + 1
        }
        let valueStart = index
        while index < bytes.count, !Self.isSpace(bytes[index]),
            bytes[index] != UInt8(ascii: ">")
        {
            index += 1
        }
        keep(name, valueStart..<index)
        return index
    }

    private mutating func keep(_ name: Range<Int>, _ value: Range<Int>) {
        guard attributes.count < Self.mostAttributes else { return }
        attributes.append(Attribute(name: name, value: value))
    }

    private mutating func skip(past character: Unicode.Scalar, from start: Int) {
        position = find(character, from: start).map { $0 + 1 } ?? bytes.count
    }

    private func find(_ character: Unicode.Scalar, from start: Int) -> Int? {
        find(UInt8(ascii: character), from: start)
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, start < bytes.count,
            let found = memchr(base + start, CInt(byte), bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0C || byte == 0x0D
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        isSpace(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
