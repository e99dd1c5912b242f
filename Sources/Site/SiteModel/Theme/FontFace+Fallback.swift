public import Core

extension FontFace {
    /// A font that the visitor's system may have, with the percentages that give it the metrics of the
    /// face, so that lines are as wide and as high with either font.
    public struct Fallback: Sendable, Hashable {
        /// Full names of fonts with the same metrics; the first one that the system has is used.
        public var names: [String]
        public var weight: ClosedRange<Int>
        /// These are percentages, such as `107.12%`.
        public var sizeAdjust: String
        public var ascent: String
        public var descent: String
        public var lineGap: String

        /// Reads an entry of a `.fallback.json`; nil when it has another form.
        public init?(_ entry: JSONValue) {
            guard let names = entry["local"]?.array?.compactMap(\.string), !names.isEmpty,
                let weight = FontFace.weight(entry["weight"] ?? "100 900"),
                let sizeAdjust = Self.percentage(entry["size_adjust"]),
                let ascent = Self.percentage(entry["ascent"]),
                let descent = Self.percentage(entry["descent"]),
                let lineGap = Self.percentage(entry["line_gap"])
            else { return nil }
            self.names = names
            self.weight = weight
            self.sizeAdjust = sizeAdjust
            self.ascent = ascent
            self.descent = descent
            self.lineGap = lineGap
        }

        private static func percentage(_ value: JSONValue?) -> String? {
            guard let text = value?.string, let number = text.droppingUTF8Suffix("%"),
                number.utf8.allSatisfy({ "0123456789.".utf8.contains($0) }), Double(number) != nil
            else { return nil }
            return text
        }
    }

    /// Reads a weight, `400` or `"400"`, or the range of a variable font: `"100 900"`.
    ///
    /// - Returns: nil when it is neither, or not from 1 to 1000.
    public static func weight(_ value: JSONValue) -> ClosedRange<Int>? {
        let text = value.string ?? (value.number.flatMap(Int.init(exactly:)).map { "\($0)" } ?? "")
        let numbers = text.splitUTF8(separator: " ").map { part in
            part.utf8.allSatisfy { "0123456789".utf8.contains($0) } ? Int(part) : nil
        }
        guard let first = numbers.first ?? nil, let last = numbers.last ?? nil, numbers.count <= 2,
            first >= 1, first <= last, last <= 1000
        else { return nil }
        return first...last
    }
}
