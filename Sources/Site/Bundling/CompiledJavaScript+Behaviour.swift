import Core

/// Finds errors that prevent compiled code from working in the browser.
extension CompiledJavaScript {
    /// Whether the code calls `import()` with an argument other than a string literal.
    static func hasComputedImport(_ code: BareCode) -> Bool {
        code.places(of: "import").contains { place in
            guard code.dot(before: place.lowerBound) == nil, let open = code.call(of: place) else {
                return false
            }
            return !code.takesString(at: open)
        }
    }

    /// Returns the function with which the code runs text as code, such as `eval`; nil when it does not.
    static func evaluator(in text: Substring) -> String? {
        let code = BareCode(text)
        let isEval = code.places(of: "eval").contains { place in
            let isKey =
                place.upperBound < code.bytes.count
                && code.bytes[place.upperBound] == UInt8(ascii: ":")
            return isGlobal(place, in: code) && !isKey && !isDeclaredMethod(place, in: code)
                && code.word(before: place.lowerBound) != "typeof"
        }
        if isEval { return "eval" }
        let functions = code.places(of: "Function")
        if !isDeclared("Function", in: code),
            functions.contains(where: { isGlobal($0, in: code) && code.call(of: $0) != nil })
        {
            return "Function"
        }
        return ["setInterval", "setTimeout"].first { name in
            !isDeclared(name, in: code)
                && code.places(of: name).contains { place in
                    isGlobal(place, in: code)
                        && code.call(of: place).map(code.takesString) == true
                }
        }.map { $0 + " with a text" }
    }

    /// Whether the code declares a variable, function or class with the name.
    private static func isDeclared(_ name: String, in code: BareCode) -> Bool {
        let keywords = ["class", "const", "function", "let", "var"]
        return code.places(of: name).contains {
            keywords.contains(code.word(before: $0.lowerBound))
        }
    }

    /// Whether a word is a global name: not a member of an object, or a member of the global object.
    private static func isGlobal(_ place: Range<Int>, in code: BareCode) -> Bool {
        guard var dot = code.dot(before: place.lowerBound) else { return true }
        if dot > 0, code.bytes[dot - 1] == UInt8(ascii: "?") { dot -= 1 }
        let owner = code.word(before: dot)
        return ["globalThis", "self", "window"].contains(owner) && !isDeclared(owner, in: code)
            && code.dot(before: dot - owner.utf8.count) == nil
    }

    private static func isDeclaredMethod(_ place: Range<Int>, in code: BareCode) -> Bool {
        code.next(from: place.upperBound).map { code.bytes[$0] == UInt8(ascii: "(") } == true
            && code.call(of: place) == nil
    }

    /// Returns the kind of an export that cannot be called, such as "a number"; nil for a function, and
    /// when only running the code can show the kind.
    ///
    /// - Parameter text: the tool's output for the module, whose last statement is `export { … };`.
    static func kind(ofExport name: String, in text: Substring) -> String? {
        let lines = text.splitUTF8(separator: "\n", omittingEmptySubsequences: false)
        guard let start = lines.lastIndex(where: { $0.hasUTF8Prefix("export {") }) else {
            return nil
        }
        let entries = lines[(start + 1)...].map { $0.trimmingUTF8(" ,") }
        guard
            let local = entries.lazy.compactMap({ entry in
                entry.isUTF8Equal(to: name) ? entry : entry.droppingUTF8Suffix(" as \(name)")
            }).first
        else { return nil }
        let code = BareCode(text[..<lines[start].startIndex])
        let places = code.places(of: String(local)).filter { place in
            let isKey = code.bytes[place.upperBound...].first == UInt8(ascii: ":")
            return code.dot(before: place.lowerBound) == nil && !isKey
        }
        for place in places {
            let line = code.bytes[..<place.lowerBound].lastIndex(of: UInt8(ascii: "\n"))
            let words = code.bytes[(line.map { $0 + 1 } ?? 0)..<place.lowerBound]
            switch String(decoding: words, as: UTF8.self) {
            case "class ": return "a class"
            case "function* ", "async function* ": return "a generator"
            case "var ", "let ", "const ":
                // If the name occurs again, it may get another value.
                return places.count == 1 ? kind(ofVariableAt: place, in: code) : nil
            default: continue
            }
        }
        return nil
    }

    private static func kind(ofVariableAt place: Range<Int>, in code: BareCode) -> String? {
        let rest = code.bytes[place.upperBound...]
        if rest.starts(with: ";".utf8) || rest.starts(with: ",".utf8) { return "undefined" }
        guard rest.starts(with: " = ".utf8),
            let (kind, end) = literal(at: place.upperBound + 3, in: code),
            let next = code.next(from: end)
        else { return nil }
        // Any other character continues the expression: a member, a call, an operator.
        return ",;".utf8.contains(code.bytes[next]) ? kind : nil
    }

    /// Returns the kind of literal that begins at a place, and the index after it.
    private static func literal(at start: Int, in code: BareCode) -> (kind: String, end: Int)? {
        let bytes = code.bytes
        func end(ofWordAt start: Int) -> Int {
            bytes[start...].firstIndex { !isNameByte($0) && $0 != UInt8(ascii: ".") } ?? bytes.count
        }
        func end(ofBodyAfter start: Int) -> Int? {
            bytes[start...].firstIndex(of: UInt8(ascii: "{")).flatMap(code.end(ofBracketAt:))
        }
        guard start < bytes.count else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return code.end(ofStringAt: start).map { ("a string", $0) }
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return ("a number", end(ofWordAt: start))
        case UInt8(ascii: "-"):
            let digits = start + 1
            guard digits < bytes.count,
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[digits])
            else { return nil }
            return ("a number", end(ofWordAt: digits))
        case UInt8(ascii: "{"): return code.end(ofBracketAt: start).map { ("an object", $0) }
        case UInt8(ascii: "["): return code.end(ofBracketAt: start).map { ("an array", $0) }
        case UInt8(ascii: "/"):
            return bytes[(start + 1)...].firstIndex(of: UInt8(ascii: "/"))
                .map { ("a regular expression", end(ofWordAt: $0 + 1)) }
        default: break
        }
        let after = end(ofWordAt: start)
        switch String(decoding: bytes[start..<after], as: UTF8.self) {
        case "null": return ("null", after)
        case "undefined": return ("undefined", after)
        case "void": return bytes[after...].starts(with: " 0".utf8) ? ("undefined", after + 2) : nil
        case "true", "false": return ("a boolean", after)
        case "class": return end(ofBodyAfter: after).map { ("a class", $0) }
        case "function", "async":
            let head = bytes[start...].prefix { $0 != UInt8(ascii: "(") }
            guard head.starts(with: "function*".utf8) || head.starts(with: "async function*".utf8),
                let behind = code.end(ofBracketAt: head.endIndex)
            else { return nil }
            return end(ofBodyAfter: behind).map { ("a generator", $0) }
        default: return nil
        }
    }
}
