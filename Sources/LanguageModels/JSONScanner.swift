/// Reads JSON text once, from the front, and keeps only what it is asked for.
///
/// A stream has a small object for each token; making a tree of each would cost more than receiving
/// it. Everything is checked as RFC 8259 has it, also what is passed over; only bytes that are no
/// UTF-8 are left to whoever makes a string of them.
///
/// ```swift
/// try scanner.beginObject()
/// while let key = try scanner.nextKey() {
///     if scanner.key(key, is: "done") { isDone = try scanner.bool() } else { try scanner.skip() }
/// }
/// try scanner.end()
/// ```
struct JSONScanner {
    /// The text is no JSON, or has another shape than was asked for.
    struct Fault: Error {}

    /// Nested deeper than this is a fault.
    static let depthLimit = 64

    struct Key {
        /// Between the quotes.
        let range: Range<Int>
        let hasEscapes: Bool
    }

    let bytes: [UInt8]
    private let limit: Int
    private var position: Int
    private var depth = 0
    /// True after a value: a comma, or the end of what holds it, must follow.
    private var isAfterValue = false

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        limit = range.upperBound
    }

    init(_ bytes: [UInt8]) { self.init(bytes, in: 0..<bytes.count) }

    // MARK: Objects and arrays

    mutating func beginObject() throws(Fault) { try begin(UInt8(ascii: "{")) }

    mutating func beginArray() throws(Fault) { try begin(UInt8(ascii: "[")) }

    private mutating func begin(_ bracket: UInt8) throws(Fault) {
        guard peek() == bracket, depth < Self.depthLimit else { throw Fault() }
        position += 1
        depth += 1
        isAfterValue = false
    }

    /// The next key of the object that was begun last; nil when it ends. Its value must be read.
    mutating func nextKey() throws(Fault) -> Key? {
        guard try hasNext(before: UInt8(ascii: "}")) else { return nil }
        let key = try text()
        guard peek() == UInt8(ascii: ":") else { throw Fault() }
        position += 1
        isAfterValue = false
        return key
    }

    /// Whether the array that was begun last has one more element, which must then be read.
    mutating func nextElement() throws(Fault) -> Bool {
        try hasNext(before: UInt8(ascii: "]"))
    }

    private mutating func hasNext(before bracket: UInt8) throws(Fault) -> Bool {
        let byte = peek()
        if byte == bracket {
            position += 1
            depth -= 1
            isAfterValue = true
            return false
        }
        if isAfterValue {
            guard byte == UInt8(ascii: ",") else { throw Fault() }
            position += 1
            isAfterValue = false
            if peek() == bracket { throw Fault() }
        }
        return true
    }

    /// Nothing but white space may follow.
    mutating func end() throws(Fault) {
        guard peek() == nil, depth == 0 else { throw Fault() }
    }

    func key(_ key: Key, is name: String) -> Bool {
        if key.hasEscapes { return text(of: key) == name }
        return key.range.count == name.utf8.count && matches(name, at: key.range.lowerBound)
    }

    func text(of key: Key) -> String {
        var decoded: [UInt8] = []
        decode(key.range, into: &decoded)
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Whether these bytes stand there; there must be as many.
    private func matches(_ word: String, at start: Int) -> Bool {
        var index = start
        for byte in word.utf8 {
            if bytes[index] != byte { return false }
            index += 1
        }
        return true
    }

    // MARK: Values

    /// The kind of the value that comes, by its first byte; nil at the end.
    var next: UInt8? { mutating get { peek() } }

    /// Appends a string's characters; false for null.
    mutating func string(into target: inout [UInt8]) throws(Fault) -> Bool {
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

    /// A string, or nil for null.
    mutating func string() throws(Fault) -> String? {
        var decoded: [UInt8] = []
        return try string(into: &decoded) ? String(decoding: decoded, as: UTF8.self) : nil
    }

    mutating func bool() throws(Fault) -> Bool {
        if peek() == UInt8(ascii: "t") {
            try literal("true")
            return true
        }
        try literal("false")
        return false
    }

    mutating func null() throws(Fault) { try literal("null") }

    mutating func number() throws(Fault) -> Double {
        let range = try numberRange()
        guard let value = Double(String(decoding: bytes[range], as: UTF8.self)) else {
            throw Fault()
        }
        return value
    }

    mutating func skip() throws(Fault) {
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

    private mutating func peek() -> UInt8? {
        while position < limit {
            let byte = bytes[position]
            switch byte {
            case 0x20, 0x0a, 0x0d, 0x09: position += 1
            default: return byte
            }
        }
        return nil
    }

    private mutating func literal(_ word: String) throws(Fault) {
        guard peek() != nil, position + word.utf8.count <= limit, matches(word, at: position) else {
            throw Fault()
        }
        position += word.utf8.count
        isAfterValue = true
    }

    /// A string in quotes, with its escapes checked.
    private mutating func text() throws(Fault) -> Key {
        guard peek() == UInt8(ascii: "\"") else { throw Fault() }
        position += 1
        let start = position
        var hasEscapes = false
        while position < limit {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                isAfterValue = true
                return Key(range: start..<(position - 1), hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try escape()
            } else {
                guard byte >= 0x20 else { throw Fault() }
                position += 1
            }
        }
        throw Fault()
    }

    private mutating func escape() throws(Fault) {
        guard position + 1 < limit else { throw Fault() }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            guard position + 6 <= limit, unit(at: position + 2) != nil else { throw Fault() }
            position += 6
        default: throw Fault()
        }
    }

    private mutating func numberRange() throws(Fault) -> Range<Int> {
        guard peek() != nil else { throw Fault() }
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let first = position
        try digits()
        guard position == first + 1 || bytes[first] != UInt8(ascii: "0") else { throw Fault() }
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

    private mutating func digits() throws(Fault) {
        let start = position
        while position < limit, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] {
            position += 1
        }
        guard position > start else { throw Fault() }
    }
}
