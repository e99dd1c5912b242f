import Core

/// Blanks out TypeScript keywords that are newer than the installed esbuild.
///
/// It is used only after the tool has refused the code, and only at the place that the tool names:
/// the same word elsewhere may be text of the page. Keywords are replaced by spaces, so that lines
/// and columns stay.
struct NewerSyntax {
    private let bytes: [UInt8]

    /// Returns the keyword that caused the error and has no effect at run time; nil when there is
    /// none.
    static func word(at error: Esbuild.Message, in code: String) -> Range<Int>? {
        let syntax = NewerSyntax(bytes: Array(code.utf8))
        guard let line = error.line, let column = error.column,
            let offset = syntax.offset(line: line, column: column)
        else { return nil }
        if error.text == "Expected identifier but found \"const\"" {
            return syntax.typeModifier(at: offset)
        }
        if error.text.hasUTF8Prefix("Expected \";\" but found ") {
            return syntax.accessor(before: offset)
        }
        return syntax.typeModifier(before: offset)
    }

    /// Returns what to do about an error in code that cannot be rewritten.
    ///
    /// - Parameter line: the line with the error.
    static func hint(for line: Substring) -> String? {
        let words = line.splitUTF8(separator: " ").map { String($0) }
        guard words.first == "using" || words.starts(with: ["await", "using"]) else { return nil }
        return "'using' is not supported: free what it holds in a 'finally'"
    }

    /// - Parameters:
    ///   - line: 1-based, as the tool counts: U+2028 and U+2029 end lines, too.
    ///   - column: 1-based, in bytes.
    private func offset(line: Int, column: Int) -> Int? {
        var start = 0
        for _ in 1..<max(1, line) {
            guard let end = endOfLine(from: start) else { return nil }
            start = end
        }
        let offset = start + column - 1
        return offset <= bytes.count ? offset : nil
    }

    private func endOfLine(from start: Int) -> Int? {
        for index in start..<bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"): return index + 1
            case UInt8(ascii: "\r"):
                let isPair = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
                return index + (isPair ? 2 : 1)
            case 0xE2 where bytes[index...].starts(with: [0xE2, 0x80, 0xA8]),
                0xE2 where bytes[index...].starts(with: [0xE2, 0x80, 0xA9]):
                return index + 3
            default: break
            }
        }
        return nil
    }

    /// Finds the `const` of a type parameter, which affects only how its type is inferred.
    private func typeModifier(at start: Int) -> Range<Int>? {
        let range = start..<start + 5
        guard range.upperBound < bytes.count, bytes[range].elementsEqual("const".utf8),
            let last = lastByte(before: start), "<,".utf8.contains(last.byte),
            beginsName(after: range.upperBound), hasAngleBracket(before: start)
        else { return nil }
        return range
    }

    /// Finds the same where the tool took the list for an element: the error follows the name.
    private func typeModifier(before offset: Int) -> Range<Int>? {
        var start = offset
        while start > max(0, offset - 1000) {
            start -= 1
            guard bytes[start] == UInt8(ascii: "<"),
                bytes[(start + 1)...].starts(with: "const ".utf8),
                let last = lastByte(before: start), "=(,:?[{&|>;nt".utf8.contains(last.byte)
            else { continue }
            return typeModifier(at: start + 1)
        }
        return nil
    }

    /// Finds the `accessor` before a field's name, which makes the field a pair of functions around
    /// a value: a plain field is read and written in the same way.
    private func accessor(before offset: Int) -> Range<Int>? {
        guard beginsName(after: offset - 1), let end = lastByte(before: offset),
            let range = word(endingAt: end.index), bytes[range].elementsEqual("accessor".utf8)
        else { return nil }
        guard let before = lastByte(before: range.lowerBound) else { return nil }
        let isFirstOnLine = bytes[before.index..<range.lowerBound].contains(UInt8(ascii: "\n"))
        if isFirstOnLine || "{};)/".utf8.contains(before.byte) { return range }
        let modifiers = ["static", "public", "private", "protected", "override", "declare"]
        guard let modifier = word(endingAt: before.index),
            modifiers.contains(String(decoding: bytes[modifier], as: UTF8.self))
        else { return nil }
        return range
    }

    private func word(endingAt last: Int) -> Range<Int>? {
        let word = bytes[...last].reversed().prefix(while: Self.isWordByte)
        return word.isEmpty ? nil : last + 1 - word.count..<last + 1
    }

    /// Returns the last byte before `position` that is not white space.
    private func lastByte(before position: Int) -> (index: Int, byte: UInt8)? {
        bytes[..<position].lastIndex { $0 > 0x20 }.map { ($0, bytes[$0]) }
    }

    /// Whether the list around `position` was opened by a `<`.
    private func hasAngleBracket(before position: Int) -> Bool {
        var depth = 0
        for byte in bytes[..<position].reversed().prefix(1000) {
            switch byte {
            case UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth += 1
            case UInt8(ascii: "<") where depth == 0: return true
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "<"):
                if depth == 0 { return false }
                depth -= 1
            case UInt8(ascii: ";"): return false
            default: break
            }
        }
        return false
    }

    /// Whether a name follows after spaces on the same line.
    private func beginsName(after position: Int) -> Bool {
        guard position >= 0, position < bytes.count, bytes[position] == 0x20,
            let next = bytes[position...].first(where: { $0 != 0x20 })
        else { return false }
        return Self.isWordByte(next) || next == UInt8(ascii: "#") || next == UInt8(ascii: "[")
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x80
    }
}
