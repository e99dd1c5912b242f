/// The `Retry-After` header in seconds. A date is ignored, because it would require synchronized
/// clocks.
enum RetryAfter {
    /// Returns milliseconds from now, at most an hour; nil when the header is absent or not a
    /// number.
    static func milliseconds(_ value: String?) -> Int? {
        guard let value, let seconds = Double(value), seconds.isFinite, seconds >= 0 else {
            return nil
        }
        return Int(min(seconds, 3600) * 1000)
    }
}
