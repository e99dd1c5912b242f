/// Reads the parts of one line of the exposition format.
struct ExpositionScanner {
    private var remaining: Substring.UnicodeScalarView

    init(_ line: Substring) { remaining = line.unicodeScalars }

    var rest: String { String(remaining) }

    private func fault(_ what: String) -> Exposition.Fault {
        Exposition.Fault(description: "\(what) expected at '\(rest)'")
    }

    mutating func take(_ text: String) -> Bool {
        guard remaining.starts(with: text.unicodeScalars) else { return false }
        remaining = remaining.dropFirst(text.unicodeScalars.count)
        return true
    }

    mutating func require(_ text: String) throws {
        guard take(text) else { throw fault("'\(text)'") }
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`; a label's name has no colon and no two underscores at its start.
    mutating func name(isLabel: Bool = false) throws -> String {
        let name = remaining.prefix {
            $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_")
                || $0 == ":" && !isLabel
        }
        guard let first = name.first, !("0"..."9").contains(first),
            !(isLabel && name.starts(with: "__".unicodeScalars))
        else { throw fault("a name") }
        remaining = remaining[name.endIndex...]
        return String(name)
    }

    /// To the end of the line, or to the closing quotation mark; `\\`, `\n` and, within quotation
    /// marks, `\"` are the only escapes.
    mutating func text(quoted: Bool) throws -> String {
        var text = String.UnicodeScalarView()
        while let scalar = remaining.first {
            if quoted && scalar == "\"" { break }
            remaining = remaining.dropFirst()
            guard scalar == "\\" else {
                text.append(scalar)
                continue
            }
            switch remaining.popFirst() {
            case "\\": text.append("\\")
            case "n": text.append("\n")
            case "\"" where quoted: text.append("\"")
            default: throw fault("an escape")
            }
        }
        return String(text)
    }

    mutating func sample() throws -> Exposition.Sample {
        let name = try name()
        var labels: [String: String] = [:]
        if take("{") {
            repeat {
                let label = try self.name(isLabel: true)
                try require("=\"")
                guard labels.updateValue(try text(quoted: true), forKey: label) == nil else {
                    throw fault("a label only once")
                }
                try require("\"")
            } while take(",")
            try require("}")
        }
        try require(" ")
        guard let value = Self.number(rest) else { throw fault("a number") }
        return Exposition.Sample(name: name, labels: labels, value: value)
    }

    /// A number without white space around it, or `+Inf`, `-Inf`, `NaN`.
    static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        case "NaN": return .nan
        default:
            let isPlain = text.unicodeScalars.allSatisfy {
                "0123456789+-.e".unicodeScalars.contains($0)
            }
            return isPlain ? Double(text) : nil
        }
    }
}
