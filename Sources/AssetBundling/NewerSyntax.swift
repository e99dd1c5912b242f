import UTF8Text

/// TypeScript that is newer than the installed esbuild, written in words that it knows.
///
/// It is tried only after the tool has refused the code, so that code that compiles is compiled as it
/// is. What is taken out is replaced by spaces, so that lines and columns stay.
struct NewerSyntax {
    private var bytes: [UInt8]
    private var index = 0
    private var isChanged = false
    /// The last byte that is no white space.
    private var last: UInt8?
    private var lastWord = ""

    /// - Returns: nil when there is nothing to rewrite.
    static func rewritten(_ code: String) -> String? {
        var syntax = NewerSyntax(bytes: Array(code.utf8))
        syntax.rewrite()
        return syntax.isChanged ? String(decoding: syntax.bytes, as: UTF8.self) : nil
    }

    /// What to do about an error at code that cannot be rewritten.
    ///
    /// - Parameter line: the one that the error is in.
    static func hint(for line: Substring) -> String? {
        let words = line.splitUTF8(separator: " ").map { String($0) }
        guard words.first == "using" || words.starts(with: ["await", "using"]) else { return nil }
        return "'using' is not supported: free what it holds in a 'finally'"
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func rewrite() {
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): skipString(byte)
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"): skip(to: "\n")
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): skip(to: "*/")
            case _ where Self.isWordByte(byte): readWord()
            default:
                if byte > 0x20 { (last, lastWord) = (byte, "") }
                index += 1
            }
        }
    }

    private mutating func readWord() {
        let start = index
        while let byte = peek(), Self.isWordByte(byte) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        let range = start..<index
        switch word {
        // A modifier of a type parameter says nothing at run time.
        case "const" where last == UInt8(ascii: "<") || last == UInt8(ascii: ","):
            if beginsName(after: index) && hasAngleBracket(before: start) { blank(range) }
        // A pair of functions around a value; a plain field is read and written in the same way.
        case "accessor" where isMemberStart && beginsName(after: index): blank(range)
        default: break
        }
        (last, lastWord) = (bytes[index - 1], word)
    }

    private var isMemberStart: Bool {
        if ["static", "public", "private", "protected", "override", "declare"].contains(lastWord) {
            return true
        }
        return last.map { "{};)".utf8.contains($0) } ?? false
    }

    /// Whether the list that `position` stands in was opened by a `<`.
    private func hasAngleBracket(before position: Int) -> Bool {
        var depth = 0
        for byte in bytes[..<position].reversed().prefix(1000) {
            switch byte {
            case UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth += 1
            case UInt8(ascii: "<") where depth == 0: return true
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"):
                if depth == 0 { return false }
                depth -= 1
            case UInt8(ascii: ";"): return false
            default: break
            }
        }
        return false
    }

    private mutating func blank(_ range: Range<Int>) {
        for position in range { bytes[position] = 0x20 }
        isChanged = true
    }

    /// Whether a name comes next, behind spaces on the same line.
    private func beginsName(after position: Int) -> Bool {
        guard position < bytes.count, bytes[position] == 0x20 else { return false }
        guard let next = bytes[position...].first(where: { $0 != 0x20 }) else { return false }
        return Self.isWordByte(next) || next == UInt8(ascii: "#") || next == UInt8(ascii: "[")
    }

    /// A quote that is not closed on its line is an apostrophe in a text.
    private mutating func skipString(_ quote: UInt8) {
        var end = index + 1
        while end < bytes.count, bytes[end] != quote {
            if bytes[end] == UInt8(ascii: "\n"), quote != UInt8(ascii: "`") {
                end = index
                break
            }
            end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(end + 1, bytes.count)
        (last, lastWord) = (quote, "")
    }

    private mutating func skip(to end: String) {
        let mark = Array(end.utf8)
        index += 2
        while index < bytes.count, !bytes[index...].starts(with: mark) { index += 1 }
        index = min(index + mark.count, bytes.count)
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
        index + offset < bytes.count ? bytes[index + offset] : nil
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x80
    }
}
