/// Token buckets by name, each stored as one number, for a bounded number of names.
///
/// A bucket is stored as the time at which it will be full again (the generic cell rate algorithm).
/// A full bucket is removed, since an unknown name counts as full. With more buckets than `limit`,
/// the fullest are removed early: callers at their limit stay limited, and a flood of names takes
/// memory for at most `limit` of them.
struct RateTable {
    let rate: Rate
    let limit: Int
    private var full: [String: Double] = [:]

    init(_ rate: Rate, limit: Int) {
        self.rate = rate
        self.limit = limit
    }

    var count: Int { full.count }

    /// Returns milliseconds until `take` may be called for this name; 0 when it may be called now.
    func wait(_ name: String, now: Double) -> Double {
        guard let full = full[name] else { return 0 }
        return max(0, full - Double(rate.burst - 1) * rate.interval - now)
    }

    /// Counts one use.
    mutating func take(_ name: String, now: Double) {
        full[name] = max(full[name] ?? now, now) + rate.interval
        if full.count > limit { shrink(now: now) }
    }

    private mutating func shrink(now: Double) {
        full = full.filter { $0.value > now }
        guard full.count > limit / 2 else { return }
        // Shrinks to half of the limit, so that the cost is spread over many uses.
        let kept = full.sorted { $0.value > $1.value }.prefix(limit / 2)
        full = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
