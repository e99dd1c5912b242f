import Core
import FoundationEssentials

/// Maps places in compiled code to places in the original text (source map, version 3).
///
/// It is stored as the tool wrote it and parsed only on use, since only errors need it.
public struct SourceMap: Sendable, Hashable {
    /// A part of a compiled line that comes from one place of the original; all 0-based.
    private struct Segment {
        var column: Int
        var source: Int
        var line: Int
        var originalColumn: Int
    }

    private let mappings: String
    private let sources: [String]
    private let firstLineShift: Int

    /// A map without any mappings.
    public static let empty = SourceMap(mappings: "", sources: [], firstLineShift: 0)

    private init(mappings: String, sources: [String], firstLineShift: Int) {
        self.mappings = mappings
        self.sources = sources
        self.firstLineShift = firstLineShift
    }

    /// Parses the map's JSON.
    ///
    /// - Parameter firstLineShift: how many characters longer the first line of the original is
    ///   than the admin's own.
    init?(json: String, firstLineShift: Int) {
        struct Map: Decodable {
            var mappings: String
            var sources: [String?]?
        }
        guard let map = try? JSONDecoder().decode(Map.self, from: Data(json.utf8)) else {
            return nil
        }
        self.init(
            mappings: map.mappings, sources: (map.sources ?? []).map { $0 ?? "" },
            firstLineShift: firstLineShift)
    }

    private func lines() -> [[Segment]] {
        var lines: [[Segment]] = []
        var (source, line, originalColumn) = (0, 0, 0)
        for group in mappings.splitUTF8(separator: ";", omittingEmptySubsequences: false) {
            var column = 0
            var segments: [Segment] = []
            for text in group.splitUTF8(separator: ",") {
                let numbers = Self.decode(text)
                guard numbers.count >= 4 else { continue }
                // Invalid numbers wrap around and lead to no place.
                column &+= numbers[0]
                source &+= numbers[1]
                line &+= numbers[2]
                originalColumn &+= numbers[3]
                segments.append(
                    Segment(
                        column: column, source: source, line: line, originalColumn: originalColumn))
            }
            lines.append(segments)
        }
        return lines
    }

    /// - Parameters: 1-based, in the compiled code.
    /// - Returns: 1-based, in the original file that ends in `suffix`; nil when the place comes from
    ///   elsewhere.
    public func original(line: Int, column: Int, in suffix: String) -> (line: Int, column: Int)? {
        let lines = lines()
        guard line >= 1, line <= lines.count else { return nil }
        let segments = lines[line - 1]
        guard let segment = segments.last(where: { $0.column < column }) ?? segments.first,
            sources.indices.contains(segment.source), sources[segment.source].hasUTF8Suffix(suffix),
            0..<(1 << 31) ~= segment.line, 0..<(1 << 31) ~= segment.originalColumn
        else { return nil }
        let shift = segment.line == 0 ? firstLineShift : 0
        return (segment.line + 1, max(1, segment.originalColumn + 1 - shift))
    }

    /// Decodes base-64 variable-length numbers: five bits a digit, least first, sign in the lowest
    /// bit.
    private static func decode(_ text: Substring) -> [Int] {
        var numbers: [Int] = []
        var (value, shift) = (0, 0)
        for byte in text.utf8 {
            guard let digit = digits[byte], shift < 60 else { return numbers }
            value |= (digit & 31) << shift
            if digit & 32 != 0 {
                shift += 5
            } else {
                numbers.append(value & 1 == 1 ? -(value >> 1) : value >> 1)
                (value, shift) = (0, 0)
            }
        }
        return numbers
    }

    private static let digits: [UInt8: Int] = Dictionary(
        uniqueKeysWithValues:
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
            .enumerated().map { ($0.element, $0.offset) })
}

extension SourceMap {
    func write(to record: inout RecordWriter) {
        record.write(mappings)
        record.write(sources)
        record.write(firstLineShift)
    }

    init(from record: inout RecordReader) throws {
        self.init(
            mappings: try record.text(), sources: try record.texts(),
            firstLineShift: try record.int())
    }
}
