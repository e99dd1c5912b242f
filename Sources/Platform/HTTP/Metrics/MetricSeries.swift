/// What one series of a family has come to.
enum MetricSeries: Hashable, Sendable {
    case value(Double)
    case histogram(Buckets)

    /// Observations by the bucket they fall into.
    struct Buckets: Hashable, Sendable {
        let bounds: [Double]
        /// One more than there are bounds: the last is for what lies above them all.
        private(set) var counts: [Int]
        private(set) var sum = 0.0

        init(bounds: [Double]) {
            self.bounds = bounds
            counts = Array(repeating: 0, count: bounds.count + 1)
        }

        mutating func observe(_ value: Double) {
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            sum += value
        }
    }

    init(of kind: MetricFamily.Kind) {
        switch kind {
        case .counter, .gauge: self = .value(0)
        case .histogram(let bounds): self = .histogram(Buckets(bounds: bounds))
        }
    }
}
