import FoundationEssentials

/// Reads `2026-11-30`, `2026-11-30T09:00:00Z` or `2026-11-30 09:00:00.5+02:00`. Without an offset
/// the time is UTC.
///
/// - Returns: milliseconds since 1970, or nil when the text is not a time.
public func parseTimestamp(_ text: String) -> Int? {
    // The year has four digits: larger years are outside the calendar's range.
    guard (10...40).contains(text.utf8.count),
        text.utf8.prefix(4).allSatisfy({ 0x30...0x39 ~= $0 }),
        text.utf8.dropFirst(4).first == UInt8(ascii: "-")
    else { return nil }
    var text = text.splitUTF8(separator: " ").joined(separator: "T")
    if text.utf8.count == 10 { text += "T00:00:00" }
    var fraction = 0
    if let dot = text.firstUTF8Index(of: ".") {
        let digits = Substring(text.utf8[dot...].dropFirst().prefix { (0x30...0x39).contains($0) })
        guard !digits.isEmpty, let value = Int((digits + "00").prefix(3)) else { return nil }
        fraction = value
        text.removeSubrange(dot..<digits.endIndex)
    }
    if let time = text.droppingUTF8Suffix("+00") { text = time + "Z" }
    let time = text.utf8.drop { $0 != UInt8(ascii: "T") }
    if !time.contains(where: { "Zz+-".utf8.contains($0) }) { text += "Z" }
    // Foundation carries a day or an hour that does not exist over into the next.
    guard isCalendarDay(text), !Substring(time).hasUTF8Prefix("T24"),
        let date = try? Date(text.uppercased(), strategy: .iso8601)
    else { return nil }
    return Int(date.timeIntervalSince1970 * 1000) + fraction
}

/// Whether the date at the start of a text, such as `2026-02-28`, exists.
private func isCalendarDay(_ text: String) -> Bool {
    let parts = Substring(text.utf8.prefix(10)).splitUTF8(separator: "-").map { Int($0) ?? 0 }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return false }
    let (year, month) = (parts[0], parts[1])
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[month - 1]).contains(parts[2])
}

/// Returns a time as `2026-11-30T09:00:00.000Z`, the form of JavaScript's `toISOString`.
public func isoTimestamp(milliseconds: Int) -> String {
    let day = Int((Double(milliseconds) / 86_400_000).rounded(.down))
    let rest = milliseconds - day * 86_400_000
    // Computes the date from a day number, counted in eras of 400 years that begin on 1 March
    // (days_from_civil, reversed: howardhinnant.github.io/date_algorithms.html).
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let date = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return digits(year, 4) + "-" + digits(month, 2) + "-" + digits(date, 2) + "T"
        + digits(rest / 3_600_000, 2) + ":" + digits(rest / 60_000 % 60, 2) + ":"
        + digits(rest / 1000 % 60, 2) + "." + digits(rest % 1000, 3) + "Z"
}
