/// Token buckets by name, one number each, of a bounded count.
///
/// A bucket is kept as the moment at which it will be full again (the generic cell rate algorithm);
/// one that is full is forgotten, since an unknown one counts as full. When there are more buckets
/// than `limit`, those that are closest to full are forgotten early: whoever is at their ceiling is
/// kept there, and a flood of names costs memory for `limit` of them at most.
struct RateTable {
    let rate: Rate
    let limit: Int
    private var full: [String: Double] = [:]

    init(_ rate: Rate, limit: Int) {
        self.rate = rate
        self.limit = limit
    }

    var count: Int { full.count }

    /// Milliseconds until `take` may be called for this name; 0 when it may be now.
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
        // To half of the limit, so that this is paid for once in so many uses.
        let kept = full.sorted { $0.value > $1.value }.prefix(limit / 2)
        full = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
