import Core
import FoundationEssentials

/// Writes the fields of a kept result one after the other, each preceded by its length.
struct RecordWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ field: [UInt8]) {
        write(field.count)
        bytes.append(contentsOf: field)
    }

    mutating func write(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        write(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    /// An absent text differs from an empty one.
    mutating func write(_ text: String?) {
        write(text == nil ? 0 : 1)
        if let text { write(text) }
    }

    /// Writes 64 bits, least significant byte first.
    mutating func write(_ number: Int) {
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func write(_ flag: Bool) { write(flag ? 1 : 0) }

    mutating func write(_ texts: [String]) {
        write(texts.count)
        for text in texts { write(text) }
    }

    mutating func write(_ diagnostics: [Diagnostic]) throws {
        write(diagnostics.isEmpty ? [] : Array(try JSONEncoder().encode(diagnostics)))
    }
}
