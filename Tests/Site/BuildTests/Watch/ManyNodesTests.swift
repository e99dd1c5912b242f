import Foundation
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

@testable import Build

/// One watcher of many nodes: what it takes does not follow their number.
@Suite struct ManyNodesTests {
    private static let count = 24

    private static var nodes: String {
        """
        INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps)
        SELECT 'node-' || n, 'Node ' || n, CASE WHEN n = 7 THEN '{shared,work}' ELSE '{shared}' END
            ::text[]
        FROM generate_series(1, \(count - 1)) AS n;
        """
    }

    @Test func workersConnectionsAndThreadsAreBounded() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/", content: "first") + Self.nodes)
        // The node of the test's own site has each app too; the edit is to concern one node.
        try site.database.run(
            "UPDATE robbieblocks_node_branding SET enabled_apps = '{shared}' WHERE node_id = 'acme';"
                + Rows.page("desk", route: "/desk/", content: "at work", app: "work"))
        let admin = try site.database.connect()
        let watch = try RunningProgram(
            "watch", "--all", "--output", site.output, "--compression", "off",
            database: site.database.url)
        let process = watch.process.identifier
        var most = (workers: 0, connections: 0, threads: 0)
        func look() throws {
            most.workers = max(most.workers, try Self.children(of: process))
            most.threads = max(most.threads, try Directory("/proc/\(process)/task").names().count)
            let connections: Int = try admin.run(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)[0].value(0)
            most.connections = max(most.connections, connections)
        }
        try await waitUntil("every node is live", seconds: 120) {
            try look()
            return watch.count(of: "  release 1,") == Self.count
        }
        let processors = processorCount()
        #expect(most.workers <= 2 * processors)
        #expect(most.connections <= 8)
        // Each build under way may make sixteen files durable at once.
        let durable = 15 * min(4, processors)
        #expect(most.threads <= 4 * processors + 16 + durable)

        // One node has the page, and no other makes a release or is woken for it.
        try site.database.run(LiveSite.edit("desk", "edited"))
        try await watch.waitFor("node-7  release 2,")
        try site.database.run(LiveSite.edit("home", "second"))
        for node in ["acme", "node-1", "node-23"] { try await watch.waitFor("\(node)  release 2,") }
        try await watch.waitFor("node-7  release 3,")
        try await waitUntil("all nodes have the edit", seconds: 60) {
            try look()
            return watch.count(of: "  release 2,") == Self.count
        }
        #expect(most.workers <= 2 * processors)
        #expect(most.connections <= 8)

        // A node without edits is notified that its hold has ended.
        let place = ["--node", "node-7", "--output", site.output]
        for command in [["rollback", "2"], ["resume"]] {
            let result = try Program.run(
                ProjectFolder.program, command + place,
                environment: [
                    "ROBBIEBLOCKS_HOME": ProjectFolder.path, "DATABASE_URL": site.database.url,
                ])
            #expect(result.status == 0, "\(result.errors)")
        }
        let folder = try SiteFolder(output: site.output, node: "node-7")
        try await waitUntil("the newest rows are live again", seconds: 30) {
            try folder.currentRelease()?.number != 2
        }
        #expect(try await watch.terminate() == .exited(0))
        #expect(watch.count(of: "trying again") == 0)
    }

    /// Child processes that are no tool at work: esbuild comes and goes.
    private static func children(of process: Int32) throws -> Int {
        var count = 0
        for thread in try Directory("/proc/\(process)/task").names() {
            // A thread or a child may end while it is looked at.
            let children = try? String(
                contentsOfFile: "/proc/\(process)/task/\(thread)/children", encoding: .utf8)
            for child in children?.split(separator: " ") ?? [] {
                let command = try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)
                if command?.contains("robbieblocks-worker") == true { count += 1 }
            }
        }
        return count
    }

    /// A node that waits for its turn is woken again by what its build will see anyway.
    @Test func aBuildAnswersTheNotificationsBeforeIt() async throws {
        let wakeUp = WatchSignal()
        wakeUp.signal([.notified, .reconciliation])
        wakeUp.forget(.notified)
        #expect(await wakeUp.wait(milliseconds: 60_000) == .reconciliation)
    }

    @Test func keepersLetGoOfSitesBeyondABound() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/", content: "first")
                + """
                INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps)
                VALUES ('other', 'Other', '{shared}');
                """)
        let builder = try site.builder()
        let keepers = try ["acme", "other"].map { node in
            var options = BuildOptions(node: node, output: site.output, workers: 1)
            options.compresses = false
            return try builder.keeper(options)
        }
        for keeper in keepers {
            #expect(try await keeper.claim(holder: "test"))
            #expect(try await keeper.build(.reconciliation).outcome == .published(release: 1))
        }
        // Not while the folder is looked at.
        #expect(
            await keepers[0].looking {
                await keepers[0].rest()
                return await !keepers[0].isResting
            })
        // Dropped data is read again with the next edit.
        await keepers[0].rest()
        #expect(try await keepers[0].build(.changes).outcome == .unchanged(release: 1))
        await keepers[0].rest()
        try site.database.run(LiveSite.edit("home", "second"))
        for keeper in keepers {
            let report = try await keeper.build(.changes)
            #expect(report.outcome == .published(release: 2))
            #expect(report.rendered == 1)
        }

        // With many keepers, a comparison finds what came past the triggers, and keeps nothing.
        let more = try (0..<4).map { _ in
            try builder.keeper(BuildOptions(node: "acme", output: site.output, workers: 1))
        }
        await keepers[0].rest()
        for reach in [BuildReach.reconciliation, .changes] {
            #expect(try await keepers[0].build(reach).outcome == .unchanged(release: 2))
            #expect(await keepers[0].isResting)
        }
        try site.database.run(
            """
            SET session_replication_role = replica;
            UPDATE robbieblocks_pages SET content = 'third' WHERE page_key = 'home'
            """)
        #expect(try await keepers[0].build(.reconciliation).rendered == 1)
        #expect(await !keepers[0].isResting)
        withExtendedLifetime(more) {}

        let memory = SiteMemoryLimit(limit: 100)
        #expect(memory.note(keepers[0], bytes: 60).isEmpty)
        #expect(memory.note(keepers[1], bytes: 30).isEmpty)
        #expect(memory.note(keepers[0], bytes: 70).isEmpty)
        #expect(memory.note(keepers[0], bytes: 80).map(\.node) == ["other"])
        #expect(memory.note(keepers[1], bytes: 200).map(\.node) == ["acme"])
    }
}
