/// Reads JSON text once, from the front, and keeps only the requested values.
///
/// A stream has a small object for each token; making a tree of each would cost more than receiving
/// it. All syntax is checked against RFC 8259, including skipped values. Only invalid UTF-8 is left
/// to the code that makes strings of the bytes. `JSONValue(parsing:)` makes trees.
///
/// The functions called for every key are inlinable: the loops over keys are in other targets, and
/// calls into this one made reading a stream a fifth slower.
///
/// ```swift
/// try scanner.beginObject()
/// while let key = try scanner.nextKey() {
///     if scanner.key(key, is: "done") { isDone = try scanner.bool() } else { try scanner.skip() }
/// }
/// try scanner.end()
/// ```
public struct JSONScanner {
    /// The maximum depth of nesting, unless another limit is given; deeper text is an error.
    public static let depthLimit = 64

    /// The position of a string whose escapes were checked.
    public struct Text {
        /// The bytes between the quotes.
        @usableFromInline let range: Range<Int>
        @usableFromInline let hasEscapes: Bool
    }

    @usableFromInline let bytes: [UInt8]
    @usableFromInline let limit: Int
    @usableFromInline var position: Int
    @usableFromInline let depthLimit: Int
    @usableFromInline var depth = 0
    /// Whether a value was just read, so that a comma or the end of its container must follow.
    @usableFromInline var isAfterValue = false

    public init(_ bytes: [UInt8], in range: Range<Int>, depthLimit: Int = Self.depthLimit) {
        self.bytes = bytes
        self.depthLimit = depthLimit
        position = range.lowerBound
        limit = range.upperBound
    }

    public init(_ bytes: [UInt8], depthLimit: Int = Self.depthLimit) {
        self.init(bytes, in: 0..<bytes.count, depthLimit: depthLimit)
    }

    /// The error for a value here that is not of the requested kind.
    @inlinable public var mismatch: JSONFault { .syntax(offset: position) }

    // MARK: Objects and arrays

    public mutating func beginObject() throws(JSONFault) { try begin(UInt8(ascii: "{")) }

    public mutating func beginArray() throws(JSONFault) { try begin(UInt8(ascii: "[")) }

    private mutating func begin(_ bracket: UInt8) throws(JSONFault) {
        guard peek() == bracket else { throw mismatch }
        guard depth < depthLimit else { throw .tooDeep }
        position += 1
        depth += 1
        isAfterValue = false
    }

    /// Returns the next key of the innermost object; nil at its end. Its value must be read next.
    @inlinable public mutating func nextKey() throws(JSONFault) -> Text? {
        guard try hasNext(before: UInt8(ascii: "}")) else { return nil }
        let key = try text()
        guard peek() == UInt8(ascii: ":") else { throw mismatch }
        position += 1
        isAfterValue = false
        return key
    }

    /// Whether the innermost array has another element, which must be read next.
    @inlinable public mutating func nextElement() throws(JSONFault) -> Bool {
        try hasNext(before: UInt8(ascii: "]"))
    }

    @inlinable mutating func hasNext(before bracket: UInt8) throws(JSONFault) -> Bool {
        let byte = peek()
        if byte == bracket {
            position += 1
            depth -= 1
            isAfterValue = true
            return false
        }
        if isAfterValue {
            guard byte == UInt8(ascii: ",") else { throw mismatch }
            position += 1
            isAfterValue = false
            if peek() == bracket { throw mismatch }
        }
        return true
    }

    /// Checks that only white space follows.
    public mutating func end() throws(JSONFault) {
        guard peek() == nil, depth == 0 else { throw mismatch }
    }

    @inlinable public func key(_ key: Text, is name: String) -> Bool {
        if key.hasEscapes { return text(of: key) == name }
        return key.range.count == name.utf8.count && matches(name, at: key.range.lowerBound)
    }

    public func text(of text: Text) -> String {
        var decoded: [UInt8] = []
        decode(text.range, into: &decoded)
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Whether the text has these bytes here. As many bytes must be left.
    @usableFromInline func matches(_ word: String, at start: Int) -> Bool {
        let bytes = bytes.span, word = word.utf8.span
        for index in 0..<word.count where bytes[start + index] != word[index] { return false }
        return true
    }

    // MARK: Values

    /// The first byte of the next value, which shows its kind; nil at the end.
    @inlinable public var next: UInt8? { mutating get { peek() } }

    /// Appends a string's characters; returns false for null.
    public mutating func string(into target: inout [UInt8]) throws(JSONFault) -> Bool {
        guard peek() == UInt8(ascii: "\"") else {
            try null()
            return false
        }
        let text = try text()
        if text.hasEscapes {
            decode(text.range, into: &target)
        } else {
            target.append(contentsOf: bytes[text.range])
        }
        return true
    }

    /// Reads a string; returns nil for null.
    public mutating func string() throws(JSONFault) -> String? {
        var decoded: [UInt8] = []
        return try string(into: &decoded) ? String(decoding: decoded, as: UTF8.self) : nil
    }

    public mutating func bool() throws(JSONFault) -> Bool {
        if peek() == UInt8(ascii: "t") {
            try literal("true")
            return true
        }
        try literal("false")
        return false
    }

    public mutating func null() throws(JSONFault) { try literal("null") }

    /// Reads a number; one beyond the range of a `Double` is an error.
    public mutating func number() throws(JSONFault) -> Double {
        let range = try numberRange()
        guard let value = Double(String(decoding: bytes[range], as: UTF8.self)), value.isFinite
        else { throw .syntax(offset: range.lowerBound) }
        return value
    }

    public mutating func skip() throws(JSONFault) {
        switch peek() {
        case UInt8(ascii: "\""): _ = try text()
        case UInt8(ascii: "{"):
            try beginObject()
            while try nextKey() != nil { try skip() }
        case UInt8(ascii: "["):
            try beginArray()
            while try nextElement() { try skip() }
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: _ = try numberRange()
        }
    }

    // MARK: Parts

    @inlinable mutating func peek() -> UInt8? {
        while position < limit {
            let byte = bytes[position]
            switch byte {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return byte
            }
        }
        return nil
    }

    private mutating func literal(_ word: String) throws(JSONFault) {
        guard peek() != nil, position + word.utf8.count <= limit, matches(word, at: position) else {
            throw mismatch
        }
        position += word.utf8.count
        isAfterValue = true
    }

    /// Reads a string in quotes and checks its escapes.
    @usableFromInline mutating func text() throws(JSONFault) -> Text {
        guard peek() == UInt8(ascii: "\"") else { throw mismatch }
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            position = endOfPlainText(from: position)
            guard position < limit else { throw mismatch }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                isAfterValue = true
                return Text(range: start..<(position - 1), hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try escape()
            default: throw mismatch
            }
        }
    }

    /// Returns the position of the next quote, backslash or control character of a string; else the
    /// limit.
    private func endOfPlainText(from start: Int) -> Int {
        let bytes = bytes.span
        var index = start
        while index < limit {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            index += 1
        }
        return index
    }

    private mutating func escape() throws(JSONFault) {
        guard position + 1 < limit else { throw mismatch }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            guard position + 6 <= limit, unit(at: position + 2) != nil else { throw mismatch }
            position += 6
        default: throw mismatch
        }
    }

    private mutating func numberRange() throws(JSONFault) -> Range<Int> {
        guard peek() != nil else { throw mismatch }
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        try digits()
        guard position == first + 1 || bytes[first] != UInt8(ascii: "0") else { throw mismatch }
        if position < limit, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if position < limit, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < limit,
                bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
            {
                position += 1
            }
            try digits()
        }
        isAfterValue = true
        return start..<position
    }

    private mutating func digits() throws(JSONFault) {
        let start = position
        while position < limit, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] {
            position += 1
        }
        guard position > start else { throw mismatch }
    }
}
