import Synchronization

/// A program's metrics, which any thread may update and Prometheus reads.
///
/// ```swift
/// let pages = MetricFamily("pages_total", .counter, help: "Pages rendered.", labels: ["node"])
/// let registry = MetricRegistry([pages])
/// registry.add(1, to: pages, "testpilot")
/// print(registry.text)
/// ```
///
/// Label values may come from rows, so their number is limited: once a family has `seriesLimit`
/// series, values of further series are dropped and counted in
/// `robbieblocks_metrics_dropped_total`. An invalid value (not a number, or one that would decrease
/// a counter) is dropped and counted likewise.
public final class MetricRegistry: Sendable {
    /// The `content-type` of `text`.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The most series of one family.
    public let seriesLimit: Int
    private let families: [MetricFamily]
    private let state: Mutex<State>

    private struct State {
        /// The series by family, then by label values.
        var series: [String: [[String]: MetricSeries]]
        var dropped = 0
    }

    private static let dropped = MetricFamily(
        "robbieblocks_metrics_dropped_total", .counter,
        help: "Measurements left out: too many label values, or no number.")

    /// - Parameter families: the families in the order printed. One without labels exists from the
    ///   start, at 0.
    public init(_ families: [MetricFamily], seriesLimit: Int = 1000) {
        self.families = families
        self.seriesLimit = seriesLimit
        var series: [String: [[String]: MetricSeries]] = [:]
        for family in families {
            series[family.name] = family.labels.isEmpty ? [[]: MetricSeries(of: family.kind)] : [:]
        }
        state = Mutex(State(series: series))
    }

    /// Creates a series at 0, so that its first event is seen as a change.
    public func declare(_ family: MetricFamily, _ labels: String...) {
        update(family, labels) { _ in true }
    }

    /// Adds to a counter, or to a gauge.
    public func add(_ amount: Double, to family: MetricFamily, _ labels: String...) {
        update(family, labels) { series in
            guard case .value(let value) = series, amount.isFinite,
                amount >= 0 || family.kind == .gauge
            else { return false }
            series = .value(value + amount)
            return true
        }
    }

    /// Sets a gauge.
    public func set(_ family: MetricFamily, to value: Double, _ labels: String...) {
        update(family, labels) { series in
            guard family.kind == .gauge, !value.isNaN else { return false }
            series = .value(value)
            return true
        }
    }

    /// Counts values in a histogram.
    public func observe(_ values: [Double], in family: MetricFamily, _ labels: String...) {
        let numbers = values.filter(\.isFinite)
        update(family, labels) { series in
            guard case .histogram(var buckets) = series else { return false }
            for number in numbers { buckets.observe(number) }
            series = .histogram(buckets)
            return numbers.count == values.count
        }
    }

    private func update(
        _ family: MetricFamily, _ labels: [String], _ change: (inout MetricSeries) -> Bool
    ) {
        state.withLock { state in
            let known = state.series[family.name]
            guard labels.count == family.labels.count, let known,
                known[labels] != nil || known.count < seriesLimit
            else {
                state.dropped += 1
                return
            }
            var series = known[labels] ?? MetricSeries(of: family.kind)
            if !change(&series) { state.dropped += 1 }
            state.series[family.name]?[labels] = series
        }
    }

    /// All metrics in Prometheus's text format, version 0.0.4.
    public var text: String {
        let (all, dropped) = state.withLock { ($0.series, $0.dropped) }
        var writer = ExpositionWriter()
        for family in families { writer.write(family, all[family.name] ?? [:]) }
        writer.write(Self.dropped, [[]: .value(Double(dropped))])
        return writer.text
    }
}
