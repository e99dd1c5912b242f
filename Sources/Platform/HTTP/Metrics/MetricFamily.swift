/// The series of one name: what they count, and how their labels are called.
public struct MetricFamily: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Only grows; starts at 0 with the program.
        case counter
        case gauge
        /// Counts observations by upper bounds, which are ascending and finite.
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

    /// Letters, digits and `_`, with the unit last; a counter's ends in `_total`.
    public let name: String
    public let help: String
    public let kind: Kind
    /// The same for every series, in the order in which their values are given.
    public let labels: [String]

    /// Takes literals alone: a name is part of the program and never comes from a row.
    public init(_ name: StaticString, _ kind: Kind, help: StaticString, labels: [StaticString] = [])
    {
        self.name = String(describing: name)
        self.kind = kind
        self.help = String(describing: help)
        self.labels = labels.map { String(describing: $0) }
    }
}
