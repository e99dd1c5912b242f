/// What models take: tokens, and what those cost.
struct UsageAmount: Hashable, Sendable {
    /// Of questions and answers together.
    var tokens: Int
    /// In millionths of the currency that prices are in.
    var cost: Int

    init(tokens: Int, cost: Int) {
        self.tokens = tokens
        self.cost = cost
    }
}

/// An amount of a node's day that was set aside before a model was asked.
struct UsageReservation: Hashable, Sendable {
    let node: String
    /// `2026-11-30`, in UTC.
    let day: String
    let amount: UsageAmount
}
