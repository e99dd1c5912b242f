/// What models take: tokens, and what those cost.
public struct UsageAmount: Hashable, Sendable {
    /// Of questions and answers together.
    public var tokens: Int
    /// In millionths of the currency that prices are in.
    public var cost: Int

    public init(tokens: Int, cost: Int) {
        self.tokens = tokens
        self.cost = cost
    }
}

/// An amount of a node's day that was set aside before a model was asked.
public struct UsageReservation: Hashable, Sendable {
    public let node: String
    /// `2026-11-30`, in UTC.
    let day: String
    let amount: UsageAmount
}
