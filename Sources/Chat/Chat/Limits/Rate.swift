/// How often something may be done: now and then many at once, but not for long.
public struct Rate: Hashable, Sendable {
    /// At once, after a pause.
    public var burst: Int
    /// In the long run.
    public var perMinute: Int

    public init(burst: Int, perMinute: Int) {
        self.burst = max(1, burst)
        self.perMinute = max(1, perMinute)
    }

    /// Milliseconds from one to the next, in the long run.
    var interval: Double { 60_000 / Double(perMinute) }
}
