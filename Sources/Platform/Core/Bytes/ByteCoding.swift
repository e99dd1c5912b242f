/// Writes the fields of a frame one after another.
public struct ByteWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func write(_ byte: UInt8) { bytes.append(byte) }

    public mutating func write(_ number: Int) {
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    public mutating func write(_ field: [UInt8]) {
        write(field.count)
        bytes.append(contentsOf: field)
    }

    public mutating func write(_ text: String) {
        var text = text
        write(text.utf8.count)
        text.makeContiguousUTF8()
        bytes.append(contentsOf: text.utf8)
    }
}

/// Reads the fields that `ByteWriter` wrote.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    private var offset = 0

    /// The frame ends before its last field, or a field holds an invalid value.
    public struct Malformed: Error, CustomStringConvertible {
        public init() {}

        public var description: String {
            "the message ends before its last field or behind it, or a field holds an invalid value"
        }
    }

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public var isAtEnd: Bool { offset == bytes.count }

    public mutating func byte() throws(Malformed) -> UInt8 {
        guard offset < bytes.count else { throw Malformed() }
        defer { offset += 1 }
        return bytes[offset]
    }

    public mutating func int() throws(Malformed) -> Int {
        guard offset + 8 <= bytes.count else { throw Malformed() }
        var number = 0
        for index in 0..<8 { number |= Int(bytes[offset + index]) << (8 * index) }
        offset += 8
        return number
    }

    /// Reads the count of the items that follow. Each item takes at least one byte.
    public mutating func count() throws(Malformed) -> Int {
        let count = try int()
        guard count >= 0, count <= bytes.count - offset else { throw Malformed() }
        return count
    }

    public mutating func field() throws(Malformed) -> [UInt8] {
        let count = try count()
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    public mutating func text() throws(Malformed) -> String {
        String(decoding: try field(), as: UTF8.self)
    }
}
