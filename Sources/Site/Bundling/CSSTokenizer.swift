/// Splits a style sheet into tokens, each byte into exactly one.
///
/// It works on bytes, since every delimiter of CSS is ASCII, and does not recurse, so that no input
/// can overflow the stack or make it slow.
struct CSSTokenizer {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func tokens(of bytes: [UInt8]) -> [CSSToken] {
        var tokenizer = CSSTokenizer(bytes)
        var tokens: [CSSToken] = []
        while let token = tokenizer.next() { tokens.append(token) }
        return tokens
    }

    private mutating func next() -> CSSToken? {
        guard position < bytes.count else { return nil }
        let start = position
        let kind = scan()
        return CSSToken(kind: kind, range: start..<position)
    }

    private mutating func scan() -> CSSToken.Kind {
        let byte = bytes[position]
        switch byte {
        case _ where Self.isWhitespace(byte):
            skipWhitespace()
            return .whitespace
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): return scanComment()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return scanString(closedBy: byte)
        case UInt8(ascii: "#") where isName(at: 1) || isEscape(at: 1):
            position += 1
            scanName()
            return .hash
        case UInt8(ascii: "@") where beginsIdent(at: 1):
            position += 1
            scanName()
            return .atKeyword
        case UInt8(ascii: "-") where bytes[position...].starts(with: Self.markupEnd):
            position += Self.markupEnd.count
            return .markupComment
        case UInt8(ascii: "<") where bytes[position...].starts(with: Self.markupStart):
            position += Self.markupStart.count
            return .markupComment
        case _ where beginsNumber(): return scanNumber()
        case _ where beginsIdent(at: 0): return scanIdent()
        case UInt8(ascii: "\\"):
            position += 1
            return .broken(.backslash)
        default:
            position += 1
            return Self.punctuation(byte)
        }
    }

    private static let markupStart = Array("<!--".utf8)
    private static let markupEnd = Array("-->".utf8)

    private static func punctuation(_ byte: UInt8) -> CSSToken.Kind {
        switch byte {
        case UInt8(ascii: ":"): .colon
        case UInt8(ascii: ";"): .semicolon
        case UInt8(ascii: ","): .comma
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): .open(byte)
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): .close(byte)
        default: .delimiter(byte)
        }
    }

    private mutating func scanComment() -> CSSToken.Kind {
        position += 2
        while position < bytes.count {
            if peek() == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                position += 2
                return .comment
            }
            position += 1
        }
        return .broken(.comment)
    }

    private mutating func scanString(closedBy quote: UInt8) -> CSSToken.Kind {
        position += 1
        while let byte = peek() {
            switch byte {
            case quote:
                position += 1
                return .string
            case UInt8(ascii: "\n"), 0x0C, UInt8(ascii: "\r"):
                return .broken(.stringOnLine)
            case UInt8(ascii: "\\"):
                position += 1
                // An escaped line break, of one byte or two, is not part of the string.
                if isLineBreakOfTwo { position += 1 }
                if position < bytes.count { position += 1 }
            default: position += 1
            }
        }
        return .broken(.string)
    }

    private mutating func scanNumber() -> CSSToken.Kind {
        if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            position += 1
        }
        scanDigits()
        if peek() == UInt8(ascii: "."), isDigit(at: 1) {
            position += 1
            scanDigits()
        }
        if let letter = peek(), letter | 0x20 == UInt8(ascii: "e") {
            let hasSign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-")
            if isDigit(at: hasSign ? 2 : 1) {
                position += hasSign ? 2 : 1
                scanDigits()
            }
        }
        if peek() == UInt8(ascii: "%") {
            position += 1
        } else if beginsIdent(at: 0) {
            scanName()
        }
        return .number
    }

    private mutating func scanDigits() {
        while isDigit(at: 0) { position += 1 }
    }

    private mutating func scanIdent() -> CSSToken.Kind {
        let start = position
        scanName()
        guard peek() == UInt8(ascii: "(") else { return .ident }
        let name = Self.name(bytes[start..<position])
        position += 1
        guard name == "url" else { return .function }
        var ahead = position
        while ahead < bytes.count, Self.isWhitespace(bytes[ahead]) { ahead += 1 }
        if ahead < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[ahead]) {
            return .function
        }
        return scanURL()
    }

    /// Scans an address without quotes, up to its bracket.
    private mutating func scanURL() -> CSSToken.Kind {
        skipWhitespace()
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: ")"):
                position += 1
                return .url
            case _ where Self.isWhitespace(byte):
                skipWhitespace()
                guard peek() == UInt8(ascii: ")") else { return scanBrokenURL() }
            case _ where isEscape(at: 0): scanEscape()
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "("),
                0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F:
                return scanBrokenURL()
            default: position += 1
            }
        }
        return .broken(.url)
    }

    private mutating func scanBrokenURL() -> CSSToken.Kind {
        while let byte = peek(), byte != UInt8(ascii: ")") {
            if isEscape(at: 0) { scanEscape() } else { position += 1 }
        }
        position = min(position + 1, bytes.count)
        return .broken(.unquotedURL)
    }

    private mutating func skipWhitespace() {
        while let byte = peek(), Self.isWhitespace(byte) { position += 1 }
    }

    private mutating func scanName() {
        while true {
            if isName(at: 0) {
                position += 1
            } else if isEscape(at: 0) {
                scanEscape()
            } else {
                return
            }
        }
    }

    /// Scans a backslash with up to six digits and one white space, or with one character.
    private mutating func scanEscape() {
        position += 1
        guard isHexDigit(at: 0) else {
            position += 1
            // The remaining bytes of a multi-byte character.
            while let byte = peek(), byte & 0xC0 == 0x80 { position += 1 }
            return
        }
        var digits = 0
        while digits < 6, isHexDigit(at: 0) {
            position += 1
            digits += 1
        }
        if isLineBreakOfTwo {
            position += 2
        } else if let byte = peek(), Self.isWhitespace(byte) {
            position += 1
        }
    }
}

// MARK: - Looking ahead

extension CSSTokenizer {
    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private var isLineBreakOfTwo: Bool { peek() == 0x0D && peek(1) == 0x0A }

    static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
    }

    private func isDigit(at offset: Int) -> Bool {
        peek(offset).map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    }

    private func isHexDigit(at offset: Int) -> Bool {
        guard let byte = peek(offset) else { return false }
        return isDigit(at: offset)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    /// Whether a letter, `_`, a character outside ASCII, or NUL, which CSS reads as U+FFFD, is at
    /// the offset.
    private func beginsName(at offset: Int) -> Bool {
        guard let byte = peek(offset) else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || byte == UInt8(ascii: "_") || byte >= 0x80 || byte == 0
    }

    private func isName(at offset: Int) -> Bool {
        beginsName(at: offset) || isDigit(at: offset) || peek(offset) == UInt8(ascii: "-")
    }

    private func isEscape(at offset: Int) -> Bool {
        guard peek(offset) == UInt8(ascii: "\\"), let byte = peek(offset + 1) else { return false }
        return byte != 0x0A && byte != 0x0C && byte != 0x0D
    }

    private func beginsIdent(at offset: Int) -> Bool {
        if beginsName(at: offset) || isEscape(at: offset) { return true }
        guard peek(offset) == UInt8(ascii: "-") else { return false }
        return beginsName(at: offset + 1) || peek(offset + 1) == UInt8(ascii: "-")
            || isEscape(at: offset + 1)
    }

    private func beginsNumber() -> Bool {
        let first = peek()
        let sign = first == UInt8(ascii: "+") || first == UInt8(ascii: "-") ? 1 : 0
        return isDigit(at: sign) || (peek(sign) == UInt8(ascii: ".") && isDigit(at: sign + 1))
    }

    /// Returns a name without its escapes, in lower case.
    static func name(_ bytes: some Collection<UInt8>) -> String {
        var result = ""
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                result.unicodeScalars.append(Unicode.Scalar(byte))
                continue
            }
            let digits = rest.prefix(6).prefix { Self.hexValue($0) != nil }
            guard !digits.isEmpty else { continue }
            let value = digits.reduce(UInt32(0)) { $0 << 4 | UInt32(Self.hexValue($1) ?? 0) }
            result.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
            rest = rest.dropFirst(digits.count)
            if let space = rest.first, isWhitespace(space) { rest = rest.dropFirst() }
        }
        return result.lowercased()
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
