/// Joins the parts of a style sheet with as little white space as possible.
struct StyleSheetWriter {
    /// The kind of part, which decides where white space has a meaning.
    enum Part {
        case selector, atPrelude, name, value
        /// Kept byte by byte: code that reads it may depend on its white space.
        case customValue
    }

    var bytes: [UInt8] = []
    /// Whether a `;` must precede anything else in the same block.
    private var owesSemicolon = false

    mutating func write(_ text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

    mutating func beginItem() {
        if owesSemicolon { bytes.append(UInt8(ascii: ";")) }
        owesSemicolon = false
    }

    mutating func endStatement() { owesSemicolon = true }

    mutating func openBlock() { bytes.append(UInt8(ascii: "{")) }

    mutating func closeBlock() {
        owesSemicolon = false
        bytes.append(UInt8(ascii: "}"))
    }

    /// - Parameter tokens: without white space and comments at both ends.
    mutating func write(_ tokens: ArraySlice<CSSToken>, of source: [UInt8], as part: Part) {
        var depth = 0
        var last: CSSToken?
        var (hasSpace, hasComment) = (false, false)
        for token in tokens {
            if part != .customValue {
                if token.kind == .whitespace {
                    hasSpace = true
                    continue
                }
                if token.kind == .comment {
                    hasComment = true
                    continue
                }
            }
            if case .close = token.kind { depth -= 1 }
            if let last {
                if hasSpace {
                    if needsSpace(between: last.kind, token.kind, depth: depth, in: part) {
                        bytes.append(0x20)
                    }
                } else if hasComment, !Self.isSeparator(last.kind), !Self.isSeparator(token.kind) {
                    // Without a separator, the two could be read as one token.
                    bytes.append(contentsOf: "/**/".utf8)
                }
            }
            switch token.kind {
            case .open, .function: depth += 1
            default: break
            }
            write(token, of: source)
            (last, hasSpace, hasComment) = (token, false, false)
        }
    }

    private mutating func write(_ token: CSSToken, of source: [UInt8]) {
        for byte in source[token.range] {
            // CSS reads a NUL as the replacement character U+FFFD.
            if byte == 0 { write("\u{FFFD}".utf8) } else { bytes.append(byte) }
        }
    }

    private func needsSpace(
        between left: CSSToken.Kind, _ right: CSSToken.Kind, depth: Int, in part: Part
    ) -> Bool {
        switch (left, right) {
        case (.comma, _), (_, .comma), (.open, _), (.function, _), (_, .close): return false
        case (.delimiter(let byte), _) where Self.isCombinator(byte):
            return part != .selector || depth > 0
        case (_, .delimiter(let byte)) where Self.isCombinator(byte):
            return part != .selector || depth > 0
        case (.colon, _): return part == .selector || depth == 0
        case (.delimiter(UInt8(ascii: "!")), _), (_, .delimiter(UInt8(ascii: "!"))):
            return part != .value
        default: return true
        }
    }

    private static func isCombinator(_ byte: UInt8) -> Bool {
        ">+~".utf8.contains(byte)
    }

    /// Whether the token is read the same whatever its neighbours are.
    private static func isSeparator(_ kind: CSSToken.Kind) -> Bool {
        switch kind {
        case .comma, .semicolon, .close, .string: true
        default: false
        }
    }
}
