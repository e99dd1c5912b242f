import Core
import FoundationEssentials

/// Reads what `RecordWriter` wrote.
struct RecordReader {
    private let bytes: [UInt8]
    private var offset = 0

    /// The record ends before its fields do, or contains an invalid field.
    struct Malformed: Error {}

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func field() throws -> [UInt8] { Array(try slice()) }

    mutating func text() throws -> String { String(decoding: try slice(), as: UTF8.self) }

    mutating func optionalText() throws -> String? { try flag() ? try text() : nil }

    mutating func int() throws -> Int {
        guard bytes.count - offset >= 8 else { throw Malformed() }
        var number = 0
        for index in 0..<8 { number |= Int(bytes[offset + index]) << (8 * index) }
        offset += 8
        return number
    }

    mutating func flag() throws -> Bool { try int() != 0 }

    mutating func texts() throws -> [String] {
        var texts: [String] = []
        for _ in 0..<(try count()) { texts.append(try text()) }
        return texts
    }

    /// Reads how many fields follow; each takes at least eight bytes.
    mutating func count() throws -> Int {
        let count = try int()
        guard count >= 0, count <= (bytes.count - offset) / 8 else { throw Malformed() }
        return count
    }

    mutating func diagnostics() throws -> [Diagnostic] {
        let text = try slice()
        return text.isEmpty ? [] : try JSONDecoder().decode([Diagnostic].self, from: Data(text))
    }

    private mutating func slice() throws -> ArraySlice<UInt8> {
        let count = try int()
        guard count >= 0, count <= bytes.count - offset else { throw Malformed() }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }
}
