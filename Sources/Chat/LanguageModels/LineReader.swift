/// Cuts what comes in pieces into lines.
struct LineReader {
    /// Bytes of one line.
    static let limit = 1 << 20

    /// The beginning of a line whose end has not come.
    private var rest: [UInt8] = []

    /// Calls `body` with each line that has come to its end, without that end.
    ///
    /// - Returns: false when a line is longer than it may be.
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

    /// What came after the last line's end.
    mutating func takeRest() -> [UInt8] {
        defer { rest = [] }
        return rest
    }

    /// The end of a line without a carriage return.
    private static func trimmed(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        end > start && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
    }
}
