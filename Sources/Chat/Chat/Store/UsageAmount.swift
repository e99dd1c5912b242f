/// Tokens that models used, and their cost.
struct UsageAmount: Hashable, Sendable {
    /// Of prompts and answers together.
    var tokens: Int
    /// In millionths of the currency of the prices.
    var cost: Int

    init(tokens: Int, cost: Int) {
        self.tokens = tokens
        self.cost = cost
    }
}

/// A part of a node's daily allowance, reserved before a model is asked.
struct UsageReservation: Hashable, Sendable {
    let node: String
    /// `2026-11-30`, in UTC.
    let day: String
    let amount: UsageAmount
}
