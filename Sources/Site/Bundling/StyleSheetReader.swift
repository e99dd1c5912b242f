/// Reads a style sheet as a browser does, and writes it again without unneeded parts.
///
/// White space and comments are removed; everything else stays as written, in its order. A sheet
/// may therefore use everything that visitors' browsers support, including prefixes and fallbacks,
/// and this type need not know newer CSS. Text that a browser would silently drop is an error with
/// its place.
///
/// In the output every bracket, string and comment is closed, which is checked token by token: a
/// sheet that is put into a block cannot leave it.
struct StyleSheetReader {
    struct Fault: Hashable {
        var reason: String
        /// The position in the sheet's bytes.
        var position: Int
        /// Whether browsers agree about the meaning of such a sheet, though it may not be intended.
        var isWarning = false
    }

    /// The most errors, and the most warnings, so that a file that is not a style sheet does not
    /// get an error for every line.
    static let faultLimit = 20

    private let bytes: [UInt8]
    private let tokens: [CSSToken]
    private var index = 0
    private var output = StyleSheetWriter()
    private var faults: [Fault] = []
    private var errorCount = 0
    private var warningCount = 0
    /// The positions of the open braces.
    private var blocks: [Int] = []

    /// - Returns: the sheet, which is usable when no fault is an error.
    static func read(_ text: String) -> (css: [UInt8], faults: [Fault]) {
        var bytes = Array(text.utf8)
        // A byte order mark has no meaning inside a layer, where it would be part of a name.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            bytes.replaceSubrange(0..<3, with: [0x20, 0x20, 0x20])
        }
        var reader = StyleSheetReader(bytes)
        reader.readSheet()
        return (reader.output.bytes, reader.faults)
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        tokens = CSSTokenizer.tokens(of: bytes)
        output.bytes.reserveCapacity(bytes.count)
    }

    private mutating func readSheet() {
        // Warnings do not end the loop: a sheet without errors is published, and must be complete.
        while index < tokens.count, errorCount < Self.faultLimit {
            let token = tokens[index]
            switch token.kind {
            case .whitespace, .comment, .semicolon: index += 1
            case .markupComment where blocks.isEmpty: index += 1
            case .close(UInt8(ascii: "}")):
                index += 1
                if blocks.popLast() == nil {
                    add("the styles have an extra '}'", at: token)
                } else {
                    output.closeBlock()
                }
            case .atKeyword: readAtRule()
            default: readItem()
            }
        }
        if let open = blocks.first, errorCount == 0 {
            faults.append(
                Fault(reason: "a '}' is missing: this '{' is never closed", position: open))
        }
    }

    private mutating func add(_ reason: String, at token: CSSToken) {
        errorCount += 1
        faults.append(Fault(reason: reason, position: token.range.lowerBound))
    }

    private mutating func warn(_ reason: String, at token: CSSToken) {
        warningCount += 1
        guard warningCount <= Self.faultLimit else { return }
        faults.append(Fault(reason: reason, position: token.range.lowerBound, isWarning: true))
    }

    // MARK: - Rules and declarations

    /// Returns the end of an item: the index of its `;`, `{` or `}`, or the number of tokens.
    ///
    /// - Parameter takesBraces: whether pairs of braces belong to the item, as in the value of a
    ///   custom property.
    /// - Returns: nil when a bracket is unmatched; the error is then added.
    private mutating func end(ofItemAt start: Int, takesBraces: Bool) -> Int? {
        var open: [(bracket: UInt8, token: CSSToken)] = []
        var position = start
        while position < tokens.count {
            let token = tokens[position]
            switch token.kind {
            case .broken(let flaw):
                add(flaw.rawValue, at: token)
                return nil
            case .semicolon where open.isEmpty: return position
            case .open(UInt8(ascii: "{")) where open.isEmpty && !takesBraces: return position
            case .open(let bracket): open.append((bracket, token))
            case .function: open.append((UInt8(ascii: "("), token))
            case .close(let bracket):
                let opening: UInt8 =
                    switch bracket {
                    case UInt8(ascii: ")"): UInt8(ascii: "(")
                    case UInt8(ascii: "]"): UInt8(ascii: "[")
                    default: UInt8(ascii: "{")
                    }
                if let last = open.last {
                    guard last.bracket == opening else {
                        add("'\(text(of: last.token))' is never closed", at: last.token)
                        return nil
                    }
                    open.removeLast()
                } else if bracket == UInt8(ascii: "}") {
                    return position
                } else {
                    add("a '\(text(of: token))' closes nothing", at: token)
                    return nil
                }
            default: break
            }
            position += 1
        }
        if let last = open.last {
            add("'\(text(of: last.token))' is never closed", at: last.token)
            return nil
        }
        return position
    }

    /// Continues after an error: at the next item of the same block, as far as it can be found.
    private mutating func skipItem() {
        var depth = 0
        while index < tokens.count {
            switch tokens[index].kind {
            case .open(UInt8(ascii: "{")): depth += 1
            case .close(UInt8(ascii: "}")):
                if depth == 0 { return }
                depth -= 1
                if depth == 0 {
                    index += 1
                    return
                }
            case .semicolon where depth == 0:
                index += 1
                return
            default: break
            }
            index += 1
        }
    }

    private mutating func readAtRule() {
        let keyword = tokens[index]
        let name = CSSTokenizer.name(bytes[keyword.range].dropFirst())
        guard let end = end(ofItemAt: index, takesBraces: false) else { return skipItem() }
        let prelude = index + 1..<end
        switch name {
        case "charset":
            // The file is UTF-8 whatever this rule says; a browser ignores it, too.
            index = end
            return
        case "import", "namespace":
            add("the styles have an @\(name) rule; put the styles themselves here", at: keyword)
            return skipItem()
        case _ where Self.preprocessorRules.contains(name):
            warn(
                "browsers ignore @\(name), which is for a preprocessor; write its result",
                at: keyword)
        default: break
        }
        output.beginItem()
        output.write(bytes[keyword.range])
        if let first = prelude.first, isGap(tokens[first]), !tokens[prelude].allSatisfy(isGap) {
            output.write([0x20])
        }
        write(prelude, as: .atPrelude)
        finish(at: end)
    }

    /// Rules of Sass, Less, Tailwind and PostCSS that have no meaning in a browser.
    private static let preprocessorRules: Set<String> = [
        "apply", "at-root", "config", "content", "debug", "each", "else", "error", "extend", "for",
        "forward", "if", "include", "plugin", "reference", "return", "screen", "tailwind", "theme",
        "use", "utility", "variant", "variants", "warn", "while",
    ]

    /// Reads a declaration, or a rule with its selector.
    private mutating func readItem() {
        let start = index
        let isCustom = isCustomProperty(at: start)
        guard let end = end(ofItemAt: start, takesBraces: isCustom) else { return skipItem() }
        let isRule =
            end < tokens.count && tokens[end].kind == .open(UInt8(ascii: "{")) && !isCustom
        if isRule {
            guard checkSelector(start..<end) else { return skipItem() }
            output.beginItem()
            write(start..<end, as: .selector)
        } else {
            guard let colon = checkDeclaration(start..<end) else {
                index = end
                return
            }
            output.beginItem()
            write(start..<colon, as: .name)
            output.write([UInt8(ascii: ":")])
            write(colon + 1..<end, as: isCustom ? .customValue : .value)
        }
        finish(at: end)
    }

    private mutating func finish(at end: Int) {
        index = end
        guard end < tokens.count, tokens[end].kind == .open(UInt8(ascii: "{")) else {
            output.endStatement()
            return
        }
        blocks.append(tokens[end].range.lowerBound)
        output.openBlock()
        index += 1
    }

    private func isCustomProperty(at start: Int) -> Bool {
        guard tokens[start].kind == .ident,
            bytes[tokens[start].range].starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")])
        else { return false }
        return nextKind(after: start) == .colon
    }

    /// Returns the kind of the next token that is not white space or a comment.
    private func nextKind(after position: Int) -> CSSToken.Kind? {
        tokens[(position + 1)...].first { !isGap($0) }?.kind
    }

    private func isGap(_ token: CSSToken) -> Bool {
        token.kind == .whitespace || token.kind == .comment
    }

    /// - Returns: whether the text before a `{` can be a selector, or a step of an animation.
    private mutating func checkSelector(_ range: Range<Int>) -> Bool {
        var depth = 0
        for token in tokens[range] {
            switch token.kind {
            case .open, .function: depth += 1
            case .close: depth -= 1
            case .delimiter(let byte) where depth == 0 && !".>+~*&|".utf8.contains(byte):
                add("'\(text(of: token))' is not allowed in a selector", at: token)
                return false
            case .atKeyword, .string, .url, .markupComment:
                guard depth == 0 else { continue }
                add("\(text(of: token)) is not allowed in a selector", at: token)
                return false
            default: break
            }
        }
        let parts = tokens[range].filter { !isGap($0) }
        guard let first = parts.first, let last = parts.last else {
            add("a rule has no selector", at: tokens[range.upperBound])
            return false
        }
        for token in [first, last]
        where token.kind == .comma || token == last && last.kind == .colon {
            add("a selector is missing beside '\(text(of: token))'", at: token)
            return false
        }
        return true
    }

    /// - Returns: the index of the colon, or nil when the item is not a declaration.
    private mutating func checkDeclaration(_ range: Range<Int>) -> Int? {
        let first = tokens[range.lowerBound]
        guard !blocks.isEmpty else {
            add("'\(text(of: first))' does not begin a rule: a '{' is missing", at: first)
            return nil
        }
        var name = range.lowerBound
        // An old hack for one browser; the others drop the declaration.
        if first.kind == .delimiter(UInt8(ascii: "*")), range.count > 1 { name += 1 }
        guard tokens[name].kind == .ident, nextKind(after: name) == .colon,
            let colon = tokens[range].firstIndex(where: { $0.kind == .colon })
        else {
            add(
                "'\(text(of: first))' does not begin a declaration: write 'name: value;'", at: first
            )
            return nil
        }
        return colon
    }

    private func text(of token: CSSToken) -> String {
        String(decoding: bytes[token.range].prefix(40), as: UTF8.self)
    }

    private mutating func write(_ range: Range<Int>, as part: StyleSheetWriter.Part) {
        var rest = range
        while let first = rest.first, isGap(tokens[first]) { rest.removeFirst() }
        while let last = rest.last, isGap(tokens[last]) { rest.removeLast() }
        if part == .customValue, rest.isEmpty { output.write([0x20]) }
        output.write(tokens[rest], of: bytes, as: part)
    }
}
