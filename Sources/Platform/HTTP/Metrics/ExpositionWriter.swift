/// Writes Prometheus's text exposition format, version 0.0.4.
///
/// The same values give the same text: series are ordered by their labels.
public struct ExpositionWriter {
    public private(set) var text = ""

    public init() {}

    /// Writes a family of one series without labels.
    public mutating func write(_ family: MetricFamily, _ value: Double) {
        write(family, [[]: .value(value)])
    }

    /// Writes `# HELP`, `# TYPE` and a line for each series; writes nothing for a family without
    /// series.
    mutating func write(_ family: MetricFamily, _ series: [[String]: MetricSeries]) {
        guard !series.isEmpty else { return }
        text += "# HELP \(family.name) \(Self.escape(family.help, quotes: false))\n"
        text += "# TYPE \(family.name) \(family.kind.word)\n"
        for (values, series) in series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let labels = Array(zip(family.labels, values))
            switch series {
            case .value(let value): line(family.name, labels, value)
            case .histogram(let buckets):
                var total = 0
                for (bound, count) in zip(buckets.bounds + [.infinity], buckets.counts) {
                    total += count
                    let bucket = labels + [("le", Self.number(bound))]
                    line(family.name + "_bucket", bucket, Double(total))
                }
                line(family.name + "_sum", labels, buckets.sum)
                line(family.name + "_count", labels, Double(total))
            }
        }
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0)=\"\(Self.escape($1, quotes: true))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    /// Returns a number in a form that Go parses; whole numbers have no fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return String(value)
    }

    /// - Parameter quotes: whether the text is within quotation marks.
    private static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
