import Core

/// What keeps printed code from working in the browser, though it compiles.
extension CompiledJavaScript {
    /// Whether a line calls `import()` with anything but a string.
    ///
    /// - Parameter line: without what stands in strings.
    static func importsByName(_ line: Substring) -> Bool {
        var rest = line
        while let range = rest.firstUTF8Range(of: "import(") {
            let before = rest[..<range.lowerBound].utf8.last
            rest = rest[range.upperBound...]
            if before.map(isOfWord) != true, rest.utf8.first.map("\"'".utf8.contains) != true {
                return true
            }
        }
        return false
    }

    /// What an export is that cannot be called, such as "a number"; nil for a function, and for
    /// what only running the code could tell.
    ///
    /// - Parameter text: the tool's output for the module, whose last statement is `export { … };`.
    static func kind(ofExport name: String, in text: Substring) -> String? {
        let lines = text.splitUTF8(separator: "\n")
        guard let start = lines.lastIndex(where: { $0.hasUTF8Prefix("export {") }) else {
            return nil
        }
        let entries = lines[(start + 1)...].map { $0.trimmingUTF8(" ,") }
        guard
            let local = entries.lazy.compactMap({ entry in
                entry == name ? entry : entry.droppingUTF8Suffix(" as \(name)")
            }).first
        else { return nil }
        for line in lines[..<start] {
            if line.hasUTF8Prefix("class \(local) ") { return "a class" }
            if line.hasUTF8Prefix("function* \(local)(")
                || line.hasUTF8Prefix("async function* \(local)(")
            {
                return "a generator"
            }
            for keyword in ["var", "let", "const"] {
                guard let rest = line.droppingUTF8Prefix("\(keyword) \(local)") else { continue }
                if rest.hasUTF8Prefix(";") { return "undefined" }
                if let value = rest.droppingUTF8Prefix(" = ") { return kind(ofValue: value) }
            }
        }
        return nil
    }

    private static func kind(ofValue text: Substring) -> String? {
        switch text.utf8.first ?? 0 {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return "a string"
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return "a number"
        case UInt8(ascii: "{"): return "an object"
        case UInt8(ascii: "["): return "an array"
        case UInt8(ascii: "/"): return "a regular expression"
        default: break
        }
        let word = String(Substring(text.utf8.prefix(while: isOfWord)))
        return switch word {
        case "null", "undefined": word
        case "void": "undefined"
        case "true", "false": "a boolean"
        case "class": "a class"
        case "function" where text.hasUTF8Prefix("function*"): "a generator"
        default: nil
        }
    }
}
