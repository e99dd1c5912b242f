public import Core

/// What one visitor, one address, and all visitors of a node together may take.
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
    /// Answers that are being made at one time.
    public var answersPerVisitor = 4
    public var answersPerAddress = 16
    public var answersPerNode = 512
    /// Open sockets.
    public var socketsPerVisitor = 8
    public var socketsPerAddress = 256
    public var socketsPerNode = 2048
    /// What programs may use of a node's models in a day, through `/v1`: tokens, and whole units of the
    /// currency that prices are in.
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

    /// What `set` knows, in order.
    public static let names = (rates.map(\.0) + counts.map(\.0) + budgets.map(\.0))

    /// Every limit in the form that `set` takes.
    public var settings: [String] {
        Self.rates.map { "\($0.0)=\(self[keyPath: $0.1].perMinute)" }
            + (Self.counts + Self.budgets).map { "\($0.0)=\(self[keyPath: $0.1])" }
    }

    /// Changes one limit, from `NAME=NUMBER`: a number of answers or sockets, or of requests or
    /// questions a minute, of which half may come at once.
    ///
    /// - Throws: `.usage` for a name that there is not, and for what is no number from 1 to 10 million,
    ///   or to a million million for what may be used in a day.
    public mutating func set(_ text: String) throws(Diagnostic) {
        let parts = text.splitUTF8(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let number = Int(parts[1]), number >= 1,
            number <= (Self.budgets.contains { $0.0 == parts[0] } ? 1_000_000_000_000 : 10_000_000)
        else {
            throw Diagnostic(
                .usage, "'\(text)' is no limit",
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

    /// The limits as they are kept: no visitor is granted more than an address, and no address more
    /// than half of what a node has, so that one of them alone cannot use up the node.
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
