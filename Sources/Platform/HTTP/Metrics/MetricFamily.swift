/// A family of series under one name: their kind and label names.
public struct MetricFamily: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A value that only grows, from 0 at the program's start.
        case counter
        case gauge
        /// Counts of observations by upper bound. Bounds are ascending and finite.
        case histogram(bounds: [Double])

        /// The word after `# TYPE`.
        var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// The name, of letters, digits and `_`, with the unit last; a counter's ends in `_total`.
    public let name: String
    public let help: String
    public let kind: Kind
    /// The label names of every series, in the order in which values are given.
    public let labels: [String]

    /// Accepts only literals, because a name is part of the program and never comes from a row.
    public init(_ name: StaticString, _ kind: Kind, help: StaticString, labels: [StaticString] = [])
    {
        self.name = String(describing: name)
        self.kind = kind
        self.help = String(describing: help)
        self.labels = labels.map { String(describing: $0) }
    }
}
