/// Makes control characters visible. Text from a database row can hold characters that a terminal
/// obeys: escape sequences that rewrite the screen, and marks that reverse the text direction.
enum ControlCharacters {
    /// Replaces control characters by `\u{1B}` and the like.
    ///
    /// - Parameters:
    ///   - keepsLines: whether to keep line feeds.
    ///   - keepsStyles: whether to keep the escape sequences of `TextStyle`.
    static func shown(
        in text: String, keepsLines: Bool = false, keepsStyles: Bool = false
    ) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.first {
            if keepsStyles, scalar == "\u{1B}",
                let style = TextStyle.sequences.first(where: { rest.starts(with: $0) })
            {
                result += style
                rest = rest.dropFirst(style.count)
                continue
            }
            rest = rest.dropFirst()
            if scalar == "\n", keepsLines {
                result.append(scalar)
            } else if scalar == "\n" || scalar == "\t" || scalar == "\r" {
                result.append(" ")
            } else if isControl(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// Returns JSON without such characters: each one is inside a string, where JSON can escape it.
    static func escaped(inJSON json: String) -> String {
        guard json.unicodeScalars.contains(where: { isControl($0) && $0 != "\n" }) else {
            return json
        }
        var result = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            if scalar != "\n", isControl(scalar), let unit = UInt16(exactly: scalar.value) {
                let digits = String(unit, radix: 16)
                result +=
                    "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)"
                    .unicodeScalars
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true  // C0, delete and C1
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // direction of text
        case 0x2028, 0x2029, 0xFEFF: true  // line and paragraph separators, byte order mark
        default: false
        }
    }
}

extension String {
    /// The text for one line of output, with control characters made visible.
    public var printable: String { ControlCharacters.shown(in: self) }
}
