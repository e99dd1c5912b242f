import FoundationEssentials

/// Reads `2026-11-30`, `2026-11-30T09:00:00Z`, `2026-11-30 09:00:00.5+02:00`; without an offset the
/// time is UTC.
///
/// - Returns: milliseconds since 1970, or nil when the text is not a time.
func parseTimestamp(_ text: String) -> Int? {
    var text = text.split(separator: " ").joined(separator: "T")
    if text.utf8.count == 10 { text += "T00:00:00" }
    var fraction = 0
    if let dot = text.firstIndex(of: ".") {
        let digits = text[text.index(after: dot)...].prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, let value = Int((digits + "00").prefix(3)) else { return nil }
        fraction = value
        text.removeSubrange(dot..<digits.endIndex)
    }
    if text.hasSuffix("+00") { text = text.dropLast(3) + "Z" }
    let time = text.drop { $0 != "T" }
    if !time.contains(where: { "Zz+-".contains($0) }) { text += "Z" }
    guard let date = try? Date(text.uppercased(), strategy: .iso8601) else { return nil }
    return Int(date.timeIntervalSince1970 * 1000) + fraction
}

/// `2026-11-30T09:00:00.000Z`, as JavaScript's `toISOString` writes it.
public func isoTimestamp(milliseconds: Int) -> String {
    let seconds = Int((Double(milliseconds) / 1000).rounded(.down))
    let text = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    let fraction = String(milliseconds - seconds * 1000 + 1000).dropFirst()
    return text.dropLast() + ".\(fraction)Z"
}
