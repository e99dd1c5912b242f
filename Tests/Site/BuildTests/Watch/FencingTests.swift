import Build
import Core
import Foundation
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

/// Two watchers of one node: one publishes, and the one that lost its claim does not.
@Suite struct FencingTests {
    /// Ends the connection that holds the node, as the server does with one whose other side says
    /// nothing any more.
    private func endClaim(_ admin: Connection) throws {
        let ended = try admin.run(
            """
            SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """)
        #expect(ended.count == 1)
    }

    private func generation(_ admin: Connection) throws -> Int {
        try admin.run("SELECT max(generation)::integer FROM robbieblocks_builders")[0].value(0)
    }

    @Test func theStaleWatcherIsFencedOut() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        let live = try await LiveSite(site)
        let admin = try site.database.connect()
        let folder = try SiteFolder(output: site.output, node: site.node)

        var builder = try live.program("watch")
        try await builder.waitFor("release 1")
        var standby = try live.program("watch")
        try await standby.waitFor("another builder has this node")
        try admin.run(script: LiveSite.edit("home", "first"))
        try await live.waitFor("first")
        // It says so a moment after the page is there.
        try await builder.waitFor("release 2")
        #expect(standby.count(of: "release ") == 0, "\(standby.output)")

        var random = SeededGenerator(seed: 5)
        for round in 1...6 {
            // Now at rest, now at work on an edit.
            if round > 1 {
                try admin.run(script: LiveSite.edit("home", "under way \(round)"))
                try await Task.sleep(for: .microseconds(Int.random(in: 0...25_000, using: &random)))
            }
            builder.pause()
            let before = try generation(admin)
            try endClaim(admin)
            try admin.run(script: LiveSite.edit("home", "round \(round)"))
            // The other one has the node. It publishes at once, unless the stale one was stopped
            // with the folder in its hands.
            try await waitUntil("the node is taken over") { try generation(admin) > before }
            try? await live.waitFor("round \(round)", seconds: 2)

            let said = builder.count(of: "release ")
            let lost = builder.count(of: "another builder has this node")
            builder.proceed()
            try await builder.waitFor("another builder has this node", times: lost + 1)
            try await live.waitFor("round \(round)")
            try await waitUntil("all is acknowledged") { try live.pending() == 0 }
            // At most the release that it had the right to when it was stopped.
            #expect(builder.count(of: "release ") <= said + (round > 1 ? 1 : 0))
            #expect(try generation(admin) == before + 1)

            // Its word counts no more: only the other one publishes the next edit.
            let published = (builder.count(of: "release "), standby.count(of: "release "))
            try admin.run(script: LiveSite.edit("home", "after \(round)"))
            try await live.waitFor("after \(round)")
            try await standby.waitFor("release ", times: published.1 + 1)
            #expect(builder.count(of: "release ") == published.0, "\(builder.output)")
            try PublishedTree.verify(folder)
            (builder, standby) = (standby, builder)
        }
        // One that ends as it should gives the node away at once.
        #expect(try await builder.terminate() == .exited(0))
        try admin.run(script: LiveSite.edit("home", "the last one"))
        try await live.waitFor("the last one", seconds: 10)
        #expect(try await standby.terminate() == .exited(0))
    }

    /// The claim is lost between rendering and publishing, in one way or the other.
    @Test(arguments: [
        """
        SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """,
        "UPDATE robbieblocks_builders SET generation = generation + 1, holder = 'another'",
    ])
    func whoLosesTheClaimPublishesNothing(loss: String) async throws {
        let site = try await TestSite(Rows.page("home", route: "/", content: "before"))
        let keeper = try site.keeper()
        #expect(try await keeper.claim(holder: "test"))
        try await keeper.build(.reconciliation)
        try site.database.run(LiveSite.edit("home", "by the next one"))
        let database = site.database
        await #expect {
            _ = try await keeper.build(.changes) { progress in
                if progress == .publishing { try? database.run(loss) }
            }
        } throws: {
            ($0 as? Diagnostic)?.code == .claimLost
        }
        #expect(try site.text("index.html").contains("before"))
        let folder = try SiteFolder(output: site.output, node: site.node)
        #expect(try folder.releases().map(\.number) == [1])

        // The next builder that claims the node publishes the pending edits.
        #expect(try await keeper.claim(holder: "test"))
        #expect(try await keeper.build(.reconciliation).outcome == .published(release: 2))
        #expect(try site.text("index.html").contains("by the next one"))
    }

    /// An edit that changes nothing needs no release, and its acknowledgement needs the claim as well:
    /// the next builder may publish into another folder.
    @Test func whoLosesTheClaimAcknowledgesNothing() async throws {
        let site = try await TestSite(Rows.page("home", route: "/", content: "before"))
        let live = try await LiveSite(site)
        let keeper = try site.keeper()
        #expect(try await keeper.claim(holder: "test"))
        try await keeper.build(.reconciliation)
        try endClaim(try site.database.connect())
        // A draft is no page of the site.
        try site.database.run(
            """
            INSERT INTO robbieblocks_pages
                (page_key, app_namespace, page_name, page_route, status)
            VALUES ('draft', 'shared', 'Draft', '/draft/', 'draft')
            """)
        let report = try await keeper.build(.changes)
        #expect(report.outcome == .unchanged(release: 1))
        #expect(report.unacknowledged?.code == .claimLost)
        #expect(try live.pending() == 1)
        #expect(try await keeper.claim(holder: "test"))
        #expect(try await keeper.build(.reconciliation).unacknowledged == nil)
        #expect(try live.pending() == 0)
    }
}
