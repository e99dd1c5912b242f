/// The current value of one series.
enum MetricSeries: Hashable, Sendable {
    case value(Double)
    case histogram(Buckets)

    /// The observations by bucket.
    struct Buckets: Hashable, Sendable {
        let bounds: [Double]
        /// The counts; one more than there are bounds, because the last is for values above all
        /// bounds.
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
