import Foundation
import HTTP
import Operations
import TestSupport
import Testing

@Suite struct SiteMetricsTests {
    @Test func aWatchedNodeIsThereFromTheStart() throws {
        let metrics = WatchMetrics()
        metrics.watching(node: "home")
        let read = try Exposition(parsing: metrics.text)
        for name in [
            "releases_total", "pages_rendered_total", "pages_reused_total", "failures_total",
            "failing_pages", "pending_changes", "commit_to_live_seconds_count",
        ] {
            #expect(read.value("robbieblocks_" + name, ["node": "home"]) == 0, "\(name)")
        }
        #expect(read.value("robbieblocks_database_connected") == 0)
        // A release number before the first release would be a wrong one.
        #expect(read.value("robbieblocks_release_number", ["node": "home"]) == nil)
    }

    @Test func whatAWatcherTellsIsShown() throws {
        let metrics = WatchMetrics()
        metrics.watching(node: "home")
        metrics.pending(node: "home", changes: 3)
        metrics.released(node: "home", rendered: 2, reused: 40, lags: [6.5, 38, -1])
        metrics.released(node: "home", rendered: 1, reused: 41, lags: [70_000])
        metrics.live(node: "home", release: 17, since: 1_764_000_000_250)
        metrics.failed(node: "home")
        metrics.failing(node: "home", pages: 2)
        metrics.failed(node: "other")
        metrics.failing(node: "other", pages: 0)
        let read = try Exposition(parsing: metrics.text)
        func value(_ name: String, _ labels: [String: String] = ["node": "home"]) -> Double? {
            read.value("robbieblocks_" + name, labels)
        }
        #expect(value("releases_total") == 2)
        #expect(value("pages_rendered_total") == 3)
        #expect(value("pages_reused_total") == 81)
        #expect(value("pending_changes") == 3)
        #expect(value("release_number") == 17)
        #expect(value("last_release_timestamp_seconds") == 1_764_000_000.25)
        #expect(value("failures_total") == 1)
        #expect(value("failing_pages") == 2)
        #expect(value("failures_total", ["node": "other"]) == 1)
        #expect(value("failing_pages", ["node": "other"]) == 0)
        let buckets = [
            "0.001": 1.0, "0.005": 1, "0.0075": 2, "0.03": 2, "0.04": 3, "60": 3, "+Inf": 4,
        ]
        for (bound, count) in buckets {
            #expect(
                value("commit_to_live_seconds_bucket", ["node": "home", "le": bound]) == count,
                "\(bound)")
        }
        let sum = try #require(value("commit_to_live_seconds_sum"))
        #expect(abs(sum - 70.0445) < 1e-9)
    }

    @Test func reconnectsAreCounted() throws {
        let metrics = WatchMetrics()
        func values() throws -> [Double?] {
            let read = try Exposition(parsing: metrics.text)
            return [
                read.value("robbieblocks_database_connected"),
                read.value("robbieblocks_reconnects_total"),
            ]
        }
        #expect(try values() == [0, 0])
        metrics.connected()
        #expect(try values() == [1, 0])
        metrics.disconnected()
        metrics.disconnected()
        #expect(try values() == [0, 0])
        metrics.connected()
        metrics.connected()
        #expect(try values() == [1, 1])
    }

    @Test func theProcessIsThisOne() throws {
        let read = try Exposition(parsing: WatchMetrics().text)
        let start = try #require(read.value("process_start_time_seconds"))
        let now = Date().timeIntervalSince1970
        #expect(start > now - 86400 && start <= now + 1)
        #expect(try #require(read.value("process_resident_memory_bytes")) > 1_000_000)
        #expect(try #require(read.value("process_cpu_seconds_total")) > 0)
        #expect(try #require(read.value("process_open_fds")) >= 3)
    }

    @Test func aMachineWithoutFiguresStillHasTheRest() throws {
        let metrics = WatchMetrics(usage: { nil })
        #expect(!metrics.text.contains("process_"))
        _ = try Exposition(parsing: metrics.text)
    }

    @Test func theServerShowsTheTextAndNothingElse() async throws {
        let metrics = WatchMetrics()
        metrics.watching(node: "home")
        let server = MetricsServer(port: 0) { metrics.text }
        try await whileServing {
            try await server.run(onListening: $0)
        } perform: { (address: ServerAddress) in
            #expect(address.host == "127.0.0.1")
            let client = HTTPClient(port: address.port)
            let answer = try await client.send("GET", "/metrics")
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let first = try Exposition(parsing: answer.text)
            #expect(first.value("robbieblocks_releases_total", ["node": "home"]) == 0)

            metrics.released(node: "home", rendered: 1, reused: 0, lags: [5])
            let next = try Exposition(parsing: try await client.send("GET", "/metrics").text)
            #expect(next.value("robbieblocks_releases_total", ["node": "home"]) == 1)

            #expect(try await client.send("HEAD", "/metrics").body.isEmpty)
            #expect(try await client.send("GET", "/metrics?name=x").status == 200)
            for target in ["/", "/metrics/", "/metrics/x", "/favicon.ico"] {
                #expect(try await client.send("GET", target).status == 404, "\(target)")
            }
            let refused = try await client.send("POST", "/metrics", body: [1])
            #expect(refused.status == 405)
            #expect(refused["allow"] == "GET, HEAD")
        }
    }
}
