import Core

/// The part of a file that a request asks for.
///
/// One range is served. A request for several, which no browser needs, gets the complete file.
enum ByteRange: Hashable, Sendable {
    case whole
    case part(Range<Int>)
    case unsatisfiable

    /// - Parameters:
    ///   - tag: the entity tag of the current bytes; `modified` is their modification time in
    ///     seconds since 1970.
    ///   - size: the file's size in bytes.
    static func asked(by request: HTTPRequest, tag: String, modified: Int, size: Int) -> ByteRange {
        guard request.method == .get, let field = request.fields["range"] else { return .whole }
        if let condition = request.fields["if-range"] {
            guard condition == tag || HTTPDate.seconds(condition) == modified else { return .whole }
        }
        return ByteRange(field, size: size)
    }

    /// Parses `bytes=0-99`, `bytes=100-` or `bytes=-100`; any other field asks for the complete
    /// file.
    init(_ field: String, size: Int) {
        self = .whole
        guard let ranges = field.droppingUTF8Prefix("bytes=") else { return }
        let parts = ranges.splitUTF8(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return }
        switch (Int(parts[0]), Int(parts[1])) {
        case (let first?, let last?) where first <= last:
            self = first < size ? .part(first..<(min(size - 1, last) + 1)) : .unsatisfiable
        case (let first?, nil) where parts[1].isEmpty:
            self = first < size ? .part(first..<size) : .unsatisfiable
        case (nil, let count?) where parts[0].isEmpty:
            self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
        default:
            return
        }
    }
}
