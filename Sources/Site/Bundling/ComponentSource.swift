import Core
import SiteModel

/// The code of a component as a module with a default export, whatever its original shape.
struct ComponentSource: Sendable, Hashable {
    /// The text that the tool compiles.
    private(set) var text: String
    /// Where keywords newer than the tool were blanked out in `text`.
    private(set) var blanks: [Range<Int>] = []
    /// The most keywords to blank out: each costs another run of the tool.
    private static let blankLimit = 50
    /// Characters inserted before the first character of the admin's first line.
    let firstLineShift: Int

    /// The prefix keeps the admin's own line numbers.
    private static let fragmentPrefix = "export default function Fragment(props) { return (<>"

    init(code: String) {
        if Self.isFragment(code) {
            text = Self.fragmentPrefix + code + "\n</>); }"
            firstLineShift = Self.fragmentPrefix.utf8.count
        } else {
            text = code
            firstLineShift = 0
        }
    }

    /// Blanks out the keyword newer than the tool that caused its first error.
    ///
    /// - Parameter errors: the tool's, in `text`.
    /// - Returns: whether there was one.
    mutating func rewriteNewerSyntax(at errors: [Esbuild.Message]) -> Bool {
        guard blanks.count < Self.blankLimit, let first = errors.min(),
            let word = NewerSyntax.word(at: first, in: text)
        else { return false }
        takeOut([word])
        return true
    }

    /// - Parameter words: `blanks` of the same code, from an earlier run.
    mutating func takeOut(_ words: [Range<Int>]) {
        var bytes = Array(text.utf8)
        for word in words {
            for index in word.clamped(to: bytes.indices) { bytes[index] = UInt8(ascii: " ") }
        }
        text = String(decoding: bytes, as: UTF8.self)
        blanks += words
    }

    /// Whether the code has the contract's third shape: markup, an expression in braces, or text.
    private static func isFragment(_ code: String) -> Bool {
        var rest = code[...]
        while true {
            rest = Substring(rest.unicodeScalars.drop(while: \.properties.isWhitespace))
            if rest.hasUTF8Prefix("//") {
                rest = Substring(rest.utf8.drop { $0 != UInt8(ascii: "\n") })
            } else if rest.hasUTF8Prefix("/*") || rest.hasUTF8Prefix("{/*") {
                guard let end = rest.firstUTF8Range(of: "*/") else { return false }
                rest = rest[end.upperBound...]
                rest = rest.droppingUTF8Prefix("}") ?? rest
            } else {
                return rest.hasUTF8Prefix("<") || rest.hasUTF8Prefix("{") || isText(rest)
            }
        }
    }

    /// Whether the code begins with the text of a page instead of a statement.
    ///
    /// Text that resembles code is treated as code: the compiler then reports what is missing.
    private static func isText(_ code: Substring) -> Bool {
        guard let first = code.unicodeScalars.first,
            first.properties.isAlphabetic || first.properties.numericType != nil
        else { return false }
        let outside = outsideBraces(code)
        if outside.containsUTF8(" = ") || outside.containsUTF8("=>") || hasCall(outside) {
            return false
        }
        for line in outside.splitUTF8(separator: "\n") {
            let end = line.trimmingUTF8(" \t\r")
            // A character reference also ends in a semicolon.
            if end.hasUTF8Suffix(";"), !end.utf8.suffix(10).contains(UInt8(ascii: "&")) {
                return false
            }
            let word = line.utf8.drop { $0 == 0x20 || $0 == 0x09 }
                .prefix { $0 >= UInt8(ascii: "A") || $0 == UInt8(ascii: "$") }
            if statementWords.contains(String(Substring(word))) { return false }
        }
        return true
    }

    /// Whether a bracket directly follows a name, as in `save(props)`.
    private static func hasCall(_ text: String) -> Bool {
        var last = UInt8(ascii: " ")
        for byte in text.utf8 {
            let isName = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(last | 0x20)
            if byte == UInt8(ascii: "("), isName || last == UInt8(ascii: "$") { return true }
            last = byte
        }
        return false
    }

    /// Returns the code with each pair of braces as `{}` and each tag as `<>`.
    private static func outsideBraces(_ code: Substring) -> String {
        var depth = 0
        var isInTag = false
        var outside: [UInt8] = []
        for byte in code.utf8 {
            switch byte {
            case UInt8(ascii: "{"):
                if depth == 0 { outside.append(byte) }
                depth += 1
            case UInt8(ascii: "}"):
                depth = max(0, depth - 1)
                if depth == 0 { outside.append(byte) }
            case UInt8(ascii: "<") where depth == 0:
                isInTag = true
                outside.append(byte)
            case UInt8(ascii: ">") where depth == 0 && isInTag:
                isInTag = false
                outside.append(byte)
            default: if depth == 0, !isInTag { outside.append(byte) }
            }
        }
        return String(decoding: outside, as: UTF8.self)
    }

    private static let statementWords: Set<String> = [
        "abstract", "async", "await", "class", "const", "declare", "enum", "export", "function",
        "import", "interface", "let", "namespace", "return", "throw", "type", "var",
    ]

    /// Returns the declaration that becomes the default export, which the contract's second shape
    /// omits: the one named like the key in PascalCase, otherwise the last one with a
    /// component-like name, otherwise the last one.
    ///
    /// - Parameter candidates: the names declared at the top level that can be a component, in order.
    static func defaultExport(key: String, candidates: [String]) -> String? {
        let wanted = Component.pascalCase(key)
        if candidates.contains(wanted) { return wanted }
        let named = candidates.last { $0.unicodeScalars.first?.properties.isUppercase == true }
        return named ?? candidates.last
    }

    mutating func addDefaultExport(_ name: String) { text += "\n;export default \(name);\n" }

    /// Returns the tool's errors in `text`, at their places in the admin's own code.
    func diagnostics(
        of errors: [Esbuild.Message], at location: Diagnostic.Location
    ) -> [Diagnostic] {
        errors.sorted().map { error in
            var location = location
            if let line = error.line, let column = error.column {
                (location.line, location.column) = original(line: line, column: column)
            }
            return Diagnostic(
                .syntaxError, error.text, at: location,
                hint: line(error.line).flatMap { NewerSyntax.hint(for: $0) })
        }
    }

    private func line(_ number: Int?) -> Substring? {
        guard let number else { return nil }
        return text.splitUTF8(separator: "\n", omittingEmptySubsequences: false).dropFirst(
            number - 1
        ).first
    }

    /// Converts a place in `text` to a place in the admin's own code.
    func original(line: Int, column: Int) -> (line: Int, column: Int) {
        (line, line == 1 ? max(1, column - firstLineShift) : column)
    }
}
