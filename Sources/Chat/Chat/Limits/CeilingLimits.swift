public import Core

/// Limits for one visitor, for one address, and for all visitors of a node together.
///
/// ```swift
/// var limits = CeilingLimits()
/// try limits.set("answers-per-address=2000")
/// ```
public struct CeilingLimits: Hashable, Sendable {
    /// Calls of the API.
    public var requestsPerAddress = Rate(burst: 200, perMinute: 1200)
    public var questionsPerVisitor = Rate(burst: 10, perMinute: 20)
    public var questionsPerAddress = Rate(burst: 30, perMinute: 60)
    public var questionsPerNode = Rate(burst: 400, perMinute: 2400)
    /// Concurrent answers.
    public var answersPerVisitor = 4
    public var answersPerAddress = 16
    public var answersPerNode = 512
    /// Open sockets.
    public var socketsPerVisitor = 8
    public var socketsPerAddress = 256
    public var socketsPerNode = 2048
    /// Daily allowance of API clients (`/v1`) for a node's models: tokens, and whole units of the
    /// currency of the prices.
    public var apiTokensPerDay = 1_000_000
    public var apiCostPerDay = 10

    public init() {}

    private static let rates: [(String, any WritableKeyPath<Self, Rate> & Sendable)] = [
        ("requests-per-address", \.requestsPerAddress),
        ("questions-per-visitor", \.questionsPerVisitor),
        ("questions-per-address", \.questionsPerAddress),
        ("questions-per-node", \.questionsPerNode),
    ]
    private static let counts: [(String, any WritableKeyPath<Self, Int> & Sendable)] = [
        ("answers-per-visitor", \.answersPerVisitor),
        ("answers-per-address", \.answersPerAddress),
        ("answers-per-node", \.answersPerNode),
        ("sockets-per-visitor", \.socketsPerVisitor),
        ("sockets-per-address", \.socketsPerAddress),
        ("sockets-per-node", \.socketsPerNode),
    ]

    private static let budgets: [(String, any WritableKeyPath<Self, Int> & Sendable)] = [
        ("api-tokens-per-day", \.apiTokensPerDay),
        ("api-cost-per-day", \.apiCostPerDay),
    ]

    /// The names that `set` accepts, in order.
    public static let names = (rates.map(\.0) + counts.map(\.0) + budgets.map(\.0))

    /// Every limit in the form that `set` takes.
    public var settings: [String] {
        Self.rates.map { "\($0.0)=\(self[keyPath: $0.1].perMinute)" }
            + (Self.counts + Self.budgets).map { "\($0.0)=\(self[keyPath: $0.1])" }
    }

    /// Changes one limit, from `NAME=NUMBER`: a number of answers or sockets, or of requests or
    /// questions a minute, half of which may come at once.
    ///
    /// - Throws: `.usage` for an unknown name, and for anything other than a number from 1 to 10
    ///   million, or to 10^12 for a daily allowance.
    public mutating func set(_ text: String) throws(Diagnostic) {
        let parts = text.splitUTF8(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let number = Int(parts[1]), number >= 1,
            number <= (Self.budgets.contains { $0.0 == parts[0] } ? 1_000_000_000_000 : 10_000_000)
        else {
            throw Diagnostic(
                .usage, "'\(text)' is not a limit",
                hint: "write NAME=NUMBER, such as answers-per-address=64")
        }
        if let (_, path) = Self.rates.first(where: { $0.0 == parts[0] }) {
            self[keyPath: path] = Rate(burst: max(1, number / 2), perMinute: number)
        } else if let (_, path) = (Self.counts + Self.budgets).first(where: { $0.0 == parts[0] }) {
            self[keyPath: path] = number
        } else {
            throw Diagnostic(
                .usage, "there is no limit '\(parts[0])'",
                hint: suggestion(for: parts[0], among: Self.names))
        }
    }

    /// The limits as enforced: a visitor gets no more than an address, and an address no more than
    /// half of its node's limit, so that no single address can use up the node.
    var kept: CeilingLimits {
        var limits = self
        limits.answersPerNode = max(answersPerNode, 2 * answersPerAddress)
        limits.socketsPerNode = max(socketsPerNode, 2 * socketsPerAddress)
        limits.questionsPerNode = Rate(
            burst: max(questionsPerNode.burst, 2 * questionsPerAddress.burst),
            perMinute: max(questionsPerNode.perMinute, 2 * questionsPerAddress.perMinute))
        return limits
    }
}
