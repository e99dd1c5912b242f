import Core

/// An `import … from '…'` in the code of a row, found without a parser.
struct ImportStatement {
    /// The names that the statement declares, without imported types.
    let names: [String]
    /// The quote before the path.
    let path: String.Index
    /// From `import` to the path.
    private let range: Range<String.Index>

    /// Returns the statements that import from `path`.
    static func all(of path: String, in code: String) -> [ImportStatement] {
        ["\"", "'"].flatMap { quote -> [ImportStatement] in
            var statements: [ImportStatement] = []
            var rest = code[...]
            while let found = rest.firstUTF8Range(of: quote + path + quote) {
                rest = code[found.upperBound...]
                if let one = ImportStatement(before: found.lowerBound, in: code) {
                    statements.append(one)
                }
            }
            return statements
        }
    }

    private init?(before path: String.Index, in code: String) {
        guard let clause = code[..<path].trimmingUTF8(" \t\r\n").droppingUTF8Suffix("from"),
            let start = Self.lastImport(in: clause)
        else { return nil }
        self.path = path
        range = start..<path
        names = Self.names(in: clause[start...])
    }

    private static func lastImport(in clause: Substring) -> String.Index? {
        let word = Array("import".utf8)
        var end = clause.utf8.endIndex
        while let last = clause.utf8[..<end].lastIndex(of: word[word.count - 1]) {
            end = last
            let start = clause.utf8.index(
                last, offsetBy: 1 - word.count, limitedBy: clause.utf8.startIndex)
            guard let start, clause.utf8[start...last].elementsEqual(word) else { continue }
            // Not a part of another word, such as `important`.
            let isApart =
                clause.utf8[..<start].last.map(CompiledJavaScript.isNameByte) != true
                && clause.utf8[last...].dropFirst().first.map(CompiledJavaScript.isNameByte) != true
            if isApart { return start }
        }
        return nil
    }

    /// - Parameter clause: from `import` on.
    private static func names(in clause: Substring) -> [String] {
        // Each part between commas declares its last word: `a`, `a as b`, `* as b`.
        let parts = clause.utf8.split(whereSeparator: { ",{}".utf8.contains($0) })
        let names = parts.map { part in
            part.split(whereSeparator: { !CompiledJavaScript.isNameByte($0) })
                .map { String(Substring($0)) }
        }.filter { $0 != ["import"] }
        guard names.first?.first != "import" || names.first?.dropFirst().first != "type" else {
            return []
        }
        return names.filter { $0.first != "type" }.compactMap(\.last)
    }

    /// Whether the code uses one of the names elsewhere, in a place where a type is allowed.
    func isUsed(in code: String) -> Bool {
        names.isEmpty
            || names.contains { name in
                Self.isUsed(name, in: code[..<range.lowerBound])
                    || Self.isUsed(name, in: code[range.upperBound...])
            }
    }

    private static func isUsed(_ name: String, in code: Substring) -> Bool {
        var rest = code
        while let found = rest.firstUTF8Range(of: name) {
            rest = code[found.upperBound...]
            let before = code[..<found.lowerBound].utf8
            if before.last.map(CompiledJavaScript.isNameByte) != true,
                rest.utf8.first.map(CompiledJavaScript.isNameByte) != true, endsBeforeType(before)
            {
                return true
            }
        }
        return false
    }

    /// Whether a type may follow, rather than text of the page, a member or an attribute.
    private static func endsBeforeType(_ code: Substring.UTF8View) -> Bool {
        guard let end = code.lastIndex(where: { $0 > 0x20 }) else { return false }
        if CompiledJavaScript.isNameByte(code[end]) {
            let word = code[...end].reversed().prefix(while: CompiledJavaScript.isNameByte)
            return words.contains(String(decoding: word.reversed(), as: UTF8.self))
        }
        if code[end] == UInt8(ascii: ">") { return code[..<end].last == UInt8(ascii: "=") }
        return ":<|&,([{=?".utf8.contains(code[end])
    }

    private static let words: Set<String> = [
        "as", "asserts", "default", "extends", "implements", "in", "infer", "is", "keyof", "new",
        "readonly", "satisfies", "typeof",
    ]
}
