import Core
import SiteModel

/// A font of the visitor's system that is shown in the measures of one of the site's fonts, until that
/// has come or in its place.
public struct FontFallback: Sendable, Hashable {
    /// Full names of fonts with one set of measures; the first that the system has is taken.
    public var names: [String]
    /// One weight or two, as in `font-weight` of `@font-face`.
    public var weight: String
    /// These are percentages, such as `107.12%`.
    public var sizeAdjust: String
    public var ascent: String
    public var descent: String
    public var lineGap: String

    /// Reads an entry of a `.fallback.json`; nil when it is not of that form.
    init?(_ entry: JSONValue) {
        let weight = entry["weight"]?.string ?? "100 900"
        guard let names = entry["local"]?.array?.compactMap(\.string), !names.isEmpty,
            let sizeAdjust = Self.percentage(entry["size_adjust"]),
            let ascent = Self.percentage(entry["ascent"]),
            let descent = Self.percentage(entry["descent"]),
            let lineGap = Self.percentage(entry["line_gap"]),
            weight.utf8.allSatisfy({ Self.isDigit($0) || $0 == UInt8(ascii: " ") })
        else { return nil }
        self.names = names
        self.weight = weight
        self.sizeAdjust = sizeAdjust
        self.ascent = ascent
        self.descent = descent
        self.lineGap = lineGap
    }

    private static func percentage(_ value: JSONValue?) -> String? {
        guard let text = value?.string, text.utf8.last == UInt8(ascii: "%"),
            text.utf8.dropLast().allSatisfy({ isDigit($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return text
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
