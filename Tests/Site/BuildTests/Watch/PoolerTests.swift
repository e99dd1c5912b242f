import Foundation
import TestSupport
import Testing

@testable import PostgreSQL

/// Through PgBouncer: with sessions everything works; with transactions, what cannot work says so.
@Suite struct PoolerTests {
    private func run(_ site: TestSite, _ url: String, _ arguments: String...) throws
        -> Program.Result
    {
        try Program.run(
            ProjectFolder.program,
            arguments + ["--node", site.node, "--output", site.output],
            environment: ["DATABASE_URL": url, "ROBBIEBLOCKS_HOME": ProjectFolder.path])
    }

    /// Session advisory locks that are held.
    private func locks(_ site: TestSite) throws -> Int {
        try site.database.connect().run(
            """
            SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (
                SELECT oid FROM pg_database WHERE datname = current_database())
            """)[0].value(0)
    }

    @Test func sessionsAreAsGoodAsNoPooler() async throws {
        let site = try await TestSite(Rows.page("home", route: "/", content: "first"))
        let pooler = try await PgBouncer(.session, before: site.database)
        let connection = try Connection(
            to: ConnectionTarget(url: pooler.url + "&options=-cwork_mem%3D5MB"))
        #expect(connection.keepsSession)
        // Options of the address are applied, although PgBouncer does not take them.
        let settings = try connection.run(
            "SELECT current_setting('work_mem'), current_setting('TimeZone')")[0]
        #expect(try settings.value(0, as: String.self) == "5MB")
        #expect(try settings.value(1, as: String.self) == "UTC")
        let init1 = try Program.robbieblocks("init", "--schema-only", database: pooler.url)
        #expect(init1.status == 0, "\(init1.errors)")
        #expect(try run(site, pooler.url, "build").output.contains("release 1"))
        let watch = try RunningProgram(
            ["watch", "--node", site.node, "--output", site.output], database: pooler.url)
        try await watch.waitFor("listening")
        try site.database.run("UPDATE robbieblocks_pages SET content = 'second'")
        try await waitUntil("the edit is live") { try site.text("index.html").contains("second") }
        _ = try await watch.terminate()
        try await waitUntil("no lock is left") { try locks(site) == 0 }
    }

    @Test func transactionsAreRefusedWithTheReason() async throws {
        let site = try await TestSite(Rows.page("home", route: "/", content: "first"))
        let pooler = try await PgBouncer(.transaction, before: site.database)
        let target = ConnectionTarget(url: pooler.url)
        #expect(try !Connection(to: target).keepsSession)
        // Settings of the sessions that others use stay as they are.
        let zone = try Connection(to: target).run("SELECT current_setting('client_min_messages')")
        #expect(try zone[0].value(0, as: String.self) == "notice")
        let build = try run(site, pooler.url, "build")
        #expect(build.status == 3)
        #expect(build.errors.contains("advisory locks"), "\(build.errors)")
        #expect(build.errors.contains("pool_mode = session"))
        #expect(try Program.robbieblocks("init", database: pooler.url).status == 3)
        let watch = try RunningProgram(
            ["watch", "--node", site.node, "--output", site.output], database: pooler.url)
        try await watch.waitFor("pool_mode = transaction")
        #expect(try locks(site) == 0)
        _ = try await watch.terminate()
        #expect(try run(site, pooler.url, "status").output.contains("pending"))
        #expect(try locks(site) == 0)
    }
}
