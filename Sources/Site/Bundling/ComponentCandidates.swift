import Core

/// Collects the names declared at the top level of printed code that can be components.
struct ComponentCandidates {
    private(set) var names: [String] = []
    /// The number of open brackets in a statement that declares variables; nil outside of one.
    private var depth: Int?

    /// - Parameter line: without the contents of strings; lines are passed in order.
    mutating func read(_ line: Substring) {
        var rest = line.droppingUTF8Prefix("export ") ?? line
        if depth == nil {
            let routine = rest.droppingUTF8Prefix("async ") ?? rest
            for keyword in ["function* ", "function ", "class "] {
                if let name = routine.droppingUTF8Prefix(keyword).map(Self.name), !name.isEmpty {
                    return names.append(name)
                }
            }
            let keyword = ["var ", "let ", "const "].first { rest.hasUTF8Prefix($0) }
            guard let keyword else { return }
            rest = rest.droppingUTF8Prefix(keyword) ?? rest
            depth = 0
            readDeclarator(at: rest)
        }
        readDeclarators(of: rest)
    }

    /// Reads a line to the end of the statement; a comma outside of brackets precedes another name.
    private mutating func readDeclarators(of line: Substring) {
        for index in line.utf8.indices {
            guard let open = depth else { return }
            switch line.utf8[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth = open + 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth = open - 1
            case UInt8(ascii: ",") where open == 0:
                readDeclarator(at: line[index...].droppingUTF8Prefix(", ") ?? "")
            case UInt8(ascii: ";") where open == 0: depth = nil
            default: break
            }
        }
    }

    private mutating func readDeclarator(at text: Substring) {
        let name = Self.name(at: text)
        guard !name.isEmpty else { return }
        let value = text.droppingUTF8Prefix(name + " = ")
        if value.map(Self.canBeComponent) ?? true { names.append(name) }
    }

    private static func name(at text: Substring) -> String {
        String(Substring(text.utf8.prefix(while: CompiledJavaScript.isNameByte)))
    }

    /// Whether a value can be a component: objects, lists, texts and numbers cannot.
    private static func canBeComponent(_ value: Substring) -> Bool {
        let value = value.trimmingUTF8(" ")
        let starts = ["{", "[", "\"", "'", "/", "-", "new ", "true", "false", "null", "Symbol("]
        if starts.contains(where: { value.hasUTF8Prefix($0) }) { return false }
        return value.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ?? true
    }
}
