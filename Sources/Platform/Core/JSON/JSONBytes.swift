/// The one writer of JSON. Writes directly into bytes, without intermediate values, because every
/// token of every answer is written here; `JSONValue.text` is written by it, too.
///
/// Functions that take a closure or a generic collection of bytes are inlinable, as in
/// `JSONScanner`.
///
/// ```swift
/// var json = JSONBytes()
/// json.object {
///     $0.member("text", "hello")
///     $0.member("id", 7)
/// }
/// json.bytes  // {"text":"hello","id":7}
/// ```
public struct JSONBytes: Sendable {
    @usableFromInline var written: [UInt8] = []
    @usableFromInline var needsComma = false

    /// The bytes written so far.
    public var bytes: [UInt8] { written }

    /// The same as text.
    public var text: String { String(decoding: written, as: UTF8.self) }

    public init(capacity: Int = 128) { written.reserveCapacity(capacity) }

    @inlinable public mutating func object(_ write: (inout JSONBytes) -> Void) {
        open(UInt8(ascii: "{"))
        write(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array of values of several kinds.
    @inlinable public mutating func array(_ write: (inout JSONBytes) -> Void) {
        open(UInt8(ascii: "["))
        write(&self)
        close(UInt8(ascii: "]"))
    }

    @inlinable public mutating func array<Element>(
        _ elements: some Sequence<Element>, _ write: (inout JSONBytes, Element) -> Void
    ) {
        open(UInt8(ascii: "["))
        for element in elements { write(&self, element) }
        close(UInt8(ascii: "]"))
    }

    /// Writes the name of a member. Its value must follow.
    public mutating func name(_ name: String) {
        string(name)
        written.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    /// Writes a member; nil becomes null.
    public mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        if let value { string(value) } else { raw("null") }
    }

    public mutating func member(_ name: String, _ value: Int) {
        self.name(name)
        number(value)
    }

    /// Writes a member; a number that JSON cannot represent becomes null.
    public mutating func member(_ name: String, _ value: Double) {
        self.name(name)
        number(value)
    }

    public mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        raw(value ? "true" : "false")
    }

    public mutating func string(_ text: String) {
        string(utf8: text.utf8)
    }

    public mutating func number(_ value: Int) {
        separate()
        written.append(contentsOf: String(value).utf8)
    }

    /// Writes a number, a whole one without a fraction. JSON has no infinities: they become null.
    public mutating func number(_ value: Double) {
        guard value.isFinite else { return raw("null") }
        if value == value.rounded(), abs(value) < 1e15 {
            number(Int(value))
        } else {
            raw("\(value)")
        }
    }

    /// Writes a value that is already JSON.
    public mutating func raw(_ json: String) {
        separate()
        written.append(contentsOf: json.utf8)
    }

    public mutating func raw(_ json: [UInt8]) {
        separate()
        written.append(contentsOf: json)
    }

    /// - Parameter utf8: complete characters.
    @inlinable public mutating func string(utf8: some Collection<UInt8>) {
        separate()
        written.append(UInt8(ascii: "\""))
        var clean = utf8.startIndex
        var index = clean
        while index != utf8.endIndex {
            let byte = utf8[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                written.append(contentsOf: utf8[clean..<index])
                escape(byte)
                clean = utf8.index(after: index)
            }
            index = utf8.index(after: index)
        }
        written.append(contentsOf: utf8[clean..<index])
        written.append(UInt8(ascii: "\""))
    }

    @usableFromInline mutating func escape(_ byte: UInt8) {
        written.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): written.append(byte)
        case 0x0a: written.append(UInt8(ascii: "n"))
        case 0x0d: written.append(UInt8(ascii: "r"))
        case 0x09: written.append(UInt8(ascii: "t"))
        default:
            written.append(contentsOf: "u00".utf8)
            for digit in [byte >> 4, byte & 15] {
                written.append(digit < 10 ? 48 + digit : 87 + digit)
            }
        }
    }

    @usableFromInline mutating func open(_ byte: UInt8) {
        separate()
        written.append(byte)
        needsComma = false
    }

    @usableFromInline mutating func close(_ byte: UInt8) {
        written.append(byte)
        needsComma = true
    }

    @usableFromInline mutating func separate() {
        if needsComma { written.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}
