/// The head of a response, read line by line.
struct ResponseHead: Hashable, Sendable {
    private(set) var status = 0
    private(set) var fields: [ClientField] = []
    /// Whether the empty line was read.
    private(set) var isComplete = false
    private var bytes = 0

    enum Fault: Error {
        case malformed, tooLarge
    }

    /// Reads one line with its line end. Lines after the head, which are trailers, are ignored.
    mutating func take(
        line: UnsafeRawBufferPointer, limit: Int
    ) throws(Fault) {
        if isComplete { return }
        bytes += line.count
        guard bytes <= limit else { throw .tooLarge }
        let text = Self.trimmed(line[...])
        if text.isEmpty {
            // An interim response, such as 100, is followed by the real one.
            if 100..<200 ~= status { fields = [] } else { isComplete = true }
        } else if text.starts(with: "HTTP/".utf8) {
            let words = text.split(separator: UInt8(ascii: " "), maxSplits: 2)
            guard words.count > 1, let code = Int(String(decoding: words[1], as: UTF8.self)),
                100..<600 ~= code
            else { throw .malformed }
            status = code
            fields = []
        } else {
            guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed }
            fields.append(
                ClientField(
                    String(decoding: text[..<colon], as: UTF8.self).lowercased(),
                    String(decoding: Self.trimmed(text[(colon + 1)...]), as: UTF8.self)))
        }
    }

    private static func trimmed(
        _ text: Slice<UnsafeRawBufferPointer>
    ) -> Slice<UnsafeRawBufferPointer> {
        var text = text
        while let last = text.last, last <= 0x20 { text.removeLast() }
        while let first = text.first, first <= 0x20 { text.removeFirst() }
        return text
    }
}
