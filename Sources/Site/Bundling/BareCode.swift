import Core

/// Printed code without the contents of strings, regular expressions and comments.
///
/// A quote in a regular expression (`/"/g`) does not begin a string. Whether a slash begins a regular
/// expression or divides is determined by the code before it.
struct BareCode {
    let bytes: [UInt8]

    /// - Parameter text: whole lines of printed code.
    init(_ text: Substring) {
        let lines = text.splitUTF8(separator: "\n", omittingEmptySubsequences: false)
        bytes = Array(lines.map { Array(Self.line($0).utf8) }.joined(separator: "\n".utf8))
    }

    /// Returns a line in which the contents of strings, regular expressions and comments are replaced by
    /// spaces; the delimiters of strings and expressions stay.
    static func line(_ line: Substring) -> Substring {
        var bytes = Array(line.utf8)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let end = self.end(ofStringAt: index, in: bytes)
                blank(index + 1..<end, of: &bytes)
                index = end + 1
            case slash:
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                if next == UInt8(ascii: "*") || next == slash {
                    let end = next == slash ? bytes.count : end(ofCommentAt: index, in: bytes)
                    blank(index..<end, of: &bytes)
                    index = end
                } else if beginsExpression(after: bytes[..<index]),
                    let end = end(ofExpressionAt: index, in: bytes)
                {
                    blank(index + 1..<end, of: &bytes)
                    index = end + 1
                } else {
                    index += 1
                }
            default: index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)[...]
    }

    private static let slash = UInt8(ascii: "/")
    private static let backslash = UInt8(ascii: "\\")

    private static func blank(_ range: Range<Int>, of bytes: inout [UInt8]) {
        for index in range { bytes[index] = UInt8(ascii: " ") }
    }

    /// Returns the index of the quote that ends a string, or the end of the line.
    private static func end(ofStringAt start: Int, in bytes: [UInt8]) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != bytes[start] {
            index += bytes[index] == backslash ? 2 : 1
        }
        return min(index, bytes.count)
    }

    private static func end(ofCommentAt start: Int, in bytes: [UInt8]) -> Int {
        var index = start + 2
        while index + 1 < bytes.count {
            if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == slash { return index + 2 }
            index += 1
        }
        return bytes.count
    }

    /// Returns the index of the slash that ends a regular expression; nil when the line has none.
    private static func end(ofExpressionAt start: Int, in bytes: [UInt8]) -> Int? {
        var index = start + 1
        var isInClass = false
        while index < bytes.count {
            switch bytes[index] {
            case backslash: index += 1
            case UInt8(ascii: "["): isInClass = true
            case UInt8(ascii: "]"): isInClass = false
            case slash where !isInClass: return index
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Whether a slash begins a regular expression instead of dividing.
    private static func beginsExpression(after before: ArraySlice<UInt8>) -> Bool {
        guard let end = before.lastIndex(where: { $0 != UInt8(ascii: " ") }) else { return true }
        let last = before[end]
        if CompiledJavaScript.isNameByte(last) {
            let word = before[...end].reversed().prefix(while: CompiledJavaScript.isNameByte)
            return keywords.contains(String(decoding: word.reversed(), as: UTF8.self))
        }
        // After `i++` it divides.
        if "+-".utf8.contains(last) { return before[..<end].last != last }
        return "(,=:[!&|?{};<>*%^~".utf8.contains(last)
    }

    private static let keywords: Set<String> = [
        "await", "case", "delete", "do", "else", "in", "instanceof", "new", "of", "return", "throw",
        "typeof", "void", "yield",
    ]
}
