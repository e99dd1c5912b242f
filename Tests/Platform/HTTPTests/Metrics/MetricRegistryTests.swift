import HTTP
import Operations
import TestSupport
import Testing

@Suite struct MetricRegistryTests {
    private let events = MetricFamily(
        "events_total", .counter, help: "Events \\ of \"all\"\nkinds.", labels: ["kind"])
    private let depth = MetricFamily("depth", .gauge, help: "Depth.")
    private let times = MetricFamily(
        "times_seconds", .histogram(bounds: [0.5, 1, 2]), help: "Times.", labels: ["kind"])

    @Test func printsWhatWasCounted() throws {
        let registry = MetricRegistry([events, depth, times])
        registry.add(2, to: events, "b")
        registry.add(1, to: events, "a")
        registry.add(1, to: events, "b")
        registry.set(depth, to: -2.5)
        registry.observe([0.25, 0.5, 1.5, 7], in: times, "a")
        #expect(
            registry.text == """
                # HELP events_total Events \\\\ of "all"\\nkinds.
                # TYPE events_total counter
                events_total{kind="a"} 1
                events_total{kind="b"} 3
                # HELP depth Depth.
                # TYPE depth gauge
                depth -2.5
                # HELP times_seconds Times.
                # TYPE times_seconds histogram
                times_seconds_bucket{kind="a",le="0.5"} 2
                times_seconds_bucket{kind="a",le="1"} 2
                times_seconds_bucket{kind="a",le="2"} 3
                times_seconds_bucket{kind="a",le="+Inf"} 4
                times_seconds_sum{kind="a"} 9.25
                times_seconds_count{kind="a"} 4
                # HELP robbieblocks_metrics_dropped_total Measurements left out: too many label \
                values, or no number.
                # TYPE robbieblocks_metrics_dropped_total counter
                robbieblocks_metrics_dropped_total 0

                """)
        _ = try Exposition(parsing: registry.text)
    }

    @Test(arguments: ["", "\"", "\\", "a\nb", "\r", "\\n", "{}", "ü 🙂", "a\",kind=\"b", "\u{0}"])
    func everyLabelValueComesBack(value: String) throws {
        let registry = MetricRegistry([events])
        registry.add(1, to: events, value)
        #expect(try Exposition(parsing: registry.text).value("events_total", ["kind": value]) == 1)
    }

    @Test(arguments: [
        0, -0.0, 1, 0.1, 1e-7, 1e300, -5e-300, 9_007_199_254_740_992, 1_764_000_000.123, .infinity,
        -.infinity,
    ])
    func everyNumberComesBack(value: Double) throws {
        let registry = MetricRegistry([depth])
        registry.set(depth, to: value)
        #expect(try Exposition(parsing: registry.text).value("depth") == value)
    }

    @Test func theNumberOfSeriesHasALimit() throws {
        let registry = MetricRegistry([events, times], seriesLimit: 3)
        for number in 0..<10 {
            registry.add(1, to: events, "\(number)")
            registry.observe([1], in: times, "\(number)")
        }
        registry.add(1, to: events, "0")
        let read = try Exposition(parsing: registry.text)
        #expect(read.families[0].samples.map(\.value) == [2, 1, 1])
        #expect(read.value("robbieblocks_metrics_dropped_total") == 14)
    }

    @Test func whatCannotBeRightIsLeftOut() throws {
        let registry = MetricRegistry([events, depth, times])
        registry.declare(events, "a")
        registry.add(-1, to: events, "a")
        registry.add(.nan, to: events, "a")
        registry.set(events, to: 5, "a")
        registry.set(depth, to: .nan)
        registry.add(1, to: events)
        registry.add(1, to: MetricFamily("other_total", .counter, help: "Not of it."))
        registry.observe([.nan, 1, .infinity], in: times, "a")
        let read = try Exposition(parsing: registry.text)
        #expect(read.value("events_total", ["kind": "a"]) == 0)
        #expect(read.value("depth") == 0)
        #expect(read.value("times_seconds_count", ["kind": "a"]) == 1)
        #expect(read.value("robbieblocks_metrics_dropped_total") == 7)
    }

    @Test func nothingIsLostBetweenThreads() async throws {
        let registry = MetricRegistry([events, times])
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask { [events, times] in
                    for _ in 0..<1000 {
                        registry.add(1, to: events, "\(task % 2)")
                        registry.observe([1], in: times, "a")
                    }
                }
            }
        }
        let read = try Exposition(parsing: registry.text)
        #expect(read.value("events_total", ["kind": "0"]) == 4000)
        #expect(read.value("times_seconds_sum", ["kind": "a"]) == 8000)
    }
}
