import Build
import Content
import PostgreSQL
import Publishing
import TestSupport
import Testing

/// Every build is a row of `robbieblocks_deploys`, however it ended.
@Suite struct HistoryTests {
    private static let rows =
        Rows.page("home", route: "/", content: "first") + Rows.page("about", route: "/about/")

    /// The history, oldest first.
    private func history(of site: TestSite) async throws -> [Deploy] {
        try await ContentStore(of: site.database.target).status(of: site.node)
            .deploys.reversed().map(\.deploy)
    }

    @Test func aBuildByHandIsARowAlsoWhenItFoundNothingToDo() async throws {
        let site = try await TestSite(Self.rows)
        let first = try await site.build()
        try await site.build()
        let deploys = try await history(of: site)
        #expect(deploys.map(\.status) == [.success, .success])
        #expect(deploys.map(\.release) == [1, nil])
        #expect(deploys.map(\.pages) == [first.rendered, 0])
        #expect(deploys.map(\.buildHash) == [first.buildHash, first.buildHash])
        #expect(first.buildHash.count == 64)
    }

    @Test func aWatchDoesNotRememberThatItFoundNothingToDo() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        for reach in [BuildReach.changes, .reconciliation, .changes] {
            #expect(try await keeper.build(reach).outcome == .unchanged(release: 1))
        }
        #expect(try await history(of: site).map(\.release) == [1])
    }

    @Test func aReleaseHasItsRowWhenItsEditsCannotBeAcknowledged() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN RAISE EXCEPTION ''not now''; END';
            CREATE TRIGGER refuse BEFORE UPDATE ON robbieblocks_change_triggers
                FOR EACH ROW EXECUTE FUNCTION refuse();
            UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'home';
            """)
        #expect(try await keeper.build(.changes).unacknowledged != nil)
        #expect(try site.text("index.html").contains("second"))
        #expect(try await history(of: site).map(\.release) == [1, 2])

        try site.database.run("DROP TRIGGER refuse ON robbieblocks_change_triggers")
        #expect(try await keeper.build(.reconciliation).outcome == .unchanged(release: 2))
        #expect(try await history(of: site).map(\.release) == [1, 2])
    }

    /// As after a builder that was killed between the release and its row.
    @Test func aReleaseWithoutARowGetsOneFromTheNextBuild() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        let report = try await keeper.build(.reconciliation)
        try site.database.run("DELETE FROM robbieblocks_deploys")
        try site.database.run(
            "UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'home'")
        #expect(try await site.build().outcome == .published(release: 2))
        let deploys = try await history(of: site)
        #expect(deploys.map(\.release) == [1, 2])
        #expect(deploys.map(\.status) == [.success, .success])
        #expect(deploys.first?.buildHash == report.buildHash)
        #expect(deploys.first?.triggeredBy == report.trigger)
    }

    @Test func aRowThatCouldNotBeWrittenIsMadeUpForByTheWatch() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try site.database.run("ALTER TABLE robbieblocks_deploys RENAME TO elsewhere")
        try await keeper.build(.reconciliation)
        try site.database.run("ALTER TABLE elsewhere RENAME TO robbieblocks_deploys")
        #expect(try await history(of: site).isEmpty)
        try await keeper.build(.changes)
        #expect(try await history(of: site).map(\.release) == [1])
    }

    /// No watcher builds this node, so that the next manual build finds it.
    @Test func aBuildByHandThatWasKilledHasFailed() async throws {
        let site = try await TestSite(
            (0..<70).map { Rows.page("p\($0)", route: "/p\($0)/") }.joined()
                + Rows.component("slow", code: "export default () => { for (;;) {} }")
                + Rows.block(on: "p0", "slow"))
        let build = try RunningProgram(
            "build", "--node", site.node, "--output", site.output, database: site.database.url)
        try await waitUntil("the build is announced") {
            try await history(of: site).map(\.status) == [.building]
        }
        build.kill()
        try site.database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () => <p>fast</p>'")
        try await waitUntil("the server has seen that it is gone") {
            try site.database.connect().run(
                """
                SELECT count(*) FROM pg_locks JOIN pg_database AS own ON own.oid = database
                WHERE locktype = 'advisory' AND datname = current_database()
                """)[0].value(0) == 0
        }
        #expect(try await site.build().outcome == .published(release: 1))
        let deploys = try await history(of: site)
        #expect(deploys.map(\.status) == [.failed, .success])
        #expect(deploys.first?.error == "the builder ended before it was done")
    }
}
