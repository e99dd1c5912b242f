import Build
import PostgreSQL
import Synchronization
import System
import TestSupport
import Testing

/// `watch --all`: which nodes there are is known once the database answers, and changes.
@Suite struct AllNodesTests {
    private static let other = """
        INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps)
        VALUES ('other', 'Other', '{shared}');
        """

    @Test func waitsForTheDatabaseAndFindsWhatIsAddedLater() async throws {
        let site = try await TestSite(Rows.page("home", route: "/", content: "first"))
        let elsewhere = try Connection(to: site.database.target.database("postgres"))
        let name = site.database.target.settings["dbname"] ?? ""
        try elsewhere.run("ALTER DATABASE \(unsafeSQL: name) ALLOW_CONNECTIONS false")
        let reserved = try ReservedPort()
        let watch = try RunningProgram(
            "watch", "--all", "--output", site.output, "--metrics",
            "\(reserved.port)",
            database: site.database.url)
        try await watch.waitFor("trying again in ")
        try elsewhere.run("ALTER DATABASE \(unsafeSQL: name) ALLOW_CONNECTIONS true")
        try await watch.waitFor("acme  watching")
        try await watch.waitFor("acme  release 1,")

        try site.database.run(Self.other)
        try await watch.waitFor("other  watching")
        try await watch.waitFor("other  release 1,")
        // Its edits are heard of as those of the first.
        try site.database.run(LiveSite.edit("home", "second"))
        for node in ["acme", "other"] { try await watch.waitFor("\(node)  release 2,") }
        let metrics = try await HTTPClient(port: reserved.port).send("GET", "/metrics")
        for node in ["acme", "other"] {
            #expect(metrics.text.contains(#"robbieblocks_releases_total{node="\#(node)"} 2"#))
        }
        #expect(watch.count(of: "watching") == 2)
        #expect(try await watch.terminate() == .exited(0))
    }

    /// The events of a watcher, and whether it may start with every node.
    private final class Seen: Sendable {
        let mayBegin = Mutex(false)
        let failed = Mutex<Set<String>>([])
        let published = Mutex<Set<String>>([])

        func note(_ event: WatchEvent) {
            switch event {
            case .failed(let node?, _, _): failed.withLock { _ = $0.insert(node) }
            case .built(let report):
                guard case .published = report.outcome else { return }
                published.withLock { _ = $0.insert(report.node) }
            default: break
            }
        }
    }

    /// A node that cannot be watched does not delay the others.
    @Test func aNodeThatCannotBeBegunWithIsTriedAgain() async throws {
        struct NotYet: Error {}
        let site = try await TestSite(Rows.page("home", route: "/") + Self.other)
        var rhythm = SiteWatcher.Rhythm()
        rhythm.rescan = 100
        let builder = try site.builder()
        let (output, seen) = (site.output, Seen())
        let watcher = SiteWatcher(all: site.database.target, holder: "test", rhythm: rhythm) {
            node in
            if node == "acme", !seen.mayBegin.withLock({ $0 }) { throw NotYet() }
            return try builder.keeper(BuildOptions(node: node, output: output, workers: 1))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watcher.run { seen.note($0) } }
            try await waitUntil("the other node is live") {
                seen.published.withLock { $0 } == ["other"]
            }
            #expect(seen.failed.withLock { $0 } == ["acme"])
            seen.mayBegin.withLock { $0 = true }
            try await waitUntil("both are live") { seen.published.withLock { $0 }.count == 2 }
            group.cancelAll()
        }
    }
}
