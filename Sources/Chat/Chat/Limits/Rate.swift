/// A rate limit: allows short bursts, but a lower rate in the long run.
public struct Rate: Hashable, Sendable {
    /// Maximum number at once, after a pause.
    public var burst: Int
    /// Maximum rate in the long run.
    public var perMinute: Int

    public init(burst: Int, perMinute: Int) {
        self.burst = max(1, burst)
        self.perMinute = max(1, perMinute)
    }

    /// Milliseconds between uses in the long run.
    var interval: Double { 60_000 / Double(perMinute) }
}
