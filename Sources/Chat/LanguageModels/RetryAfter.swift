/// The field `Retry-After`, in seconds. As a date it is passed over: it would need clocks that agree.
enum RetryAfter {
    /// Milliseconds from now, at most an hour; nil when the field is absent or cannot be read.
    static func milliseconds(_ value: String?) -> Int? {
        guard let value, let seconds = Double(value), seconds.isFinite, seconds >= 0 else {
            return nil
        }
        return Int(min(seconds, 3600) * 1000)
    }
}
