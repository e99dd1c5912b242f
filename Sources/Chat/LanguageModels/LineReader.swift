/// Splits a stream of pieces into lines.
struct LineReader {
    /// Maximum length of a line in bytes.
    static let limit = 1 << 20

    /// The beginning of an incomplete line.
    private var rest: [UInt8] = []

    /// Calls `body` with each complete line, without its line break.
    ///
    /// - Returns: false when a line exceeds the limit.
    mutating func take<Failure: Error>(
        _ bytes: [UInt8], _ body: ([UInt8], Range<Int>) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if rest.isEmpty {
                guard end - start <= Self.limit else { return false }
                try body(bytes, start..<Self.trimmed(bytes, start, end))
            } else {
                guard rest.count + end - start <= Self.limit else { return false }
                rest.append(contentsOf: bytes[start..<end])
                let line = rest
                rest = []
                try body(line, 0..<Self.trimmed(line, 0, line.count))
            }
            start = end + 1
        }
        guard rest.count + bytes.count - start <= Self.limit else { return false }
        rest.append(contentsOf: bytes[start...])
        return true
    }

    /// Returns the bytes after the last line break.
    mutating func takeRest() -> [UInt8] {
        defer { rest = [] }
        return rest
    }

    /// Returns the end of a line without its carriage return.
    private static func trimmed(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        end > start && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
    }
}
