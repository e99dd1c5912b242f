import Build
import Foundation
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

/// A database that is put back to an earlier moment gives the same transaction numbers again, to other
/// edits.
@Suite struct RestoreTests {
    /// A server whose files can be copied and put back.
    private struct Server {
        let server: EmbeddedServer
        private var data: String { server.folder + "/data" }
        private var copy: String { server.folder + "/copy" }

        init() throws { server = try TestDatabase.startServer() }

        private func run(_ tool: String, _ arguments: String...) throws {
            let result = try Program.run(tool, arguments)
            guard result.status == 0 else {
                throw RunningProgram.Failure(description: "\(tool): \(result.errors)")
            }
        }

        /// Stops the server, copies its files, and starts it again.
        func takeCopy() throws {
            try server.stop()
            try run("/bin/rm", "-rf", copy)
            try run("/bin/cp", "-a", data, copy)
            try server.start()
        }

        func restoreCopy() throws {
            try server.stop()
            try run("/bin/rm", "-rf", data)
            try run("/bin/cp", "-a", copy, data)
            try server.start()
        }

        /// Restores a dump of the database into another one.
        func restoreDump(into name: String) throws -> ConnectionTarget {
            let file = server.folder + "/dump.sql"
            let address = [
                "-h", server.socketFolder, "-U", "robbieblocks", "-d",
            ]
            let dump = try Program.run(
                server.binaries + "/pg_dump", address + ["robbieverse", "-f", file])
            guard dump.status == 0 else {
                throw RunningProgram.Failure(description: "pg_dump: \(dump.errors)")
            }
            let target = server.target.database(name)
            try Connection(to: server.target.database("postgres"))
                .run("CREATE DATABASE \(unsafeSQL: name)")
            let restored = try Program.run(
                server.binaries + "/psql",
                [
                    "-h", server.socketFolder, "-U", "robbieblocks", "-q", "-1", "-d", name, "-f",
                    file,
                ])
            guard restored.status == 0 else {
                throw RunningProgram.Failure(description: "psql: \(restored.errors)")
            }
            return target
        }
    }

    private static let rows =
        Rows.page("home", route: "/", content: "the first text")
        + Rows.page("about", route: "/about/", content: "about us")

    /// The transaction that wrote the front page.
    private static func writer(_ site: TestSite) throws -> Int {
        try site.database.connect().run(
            "SELECT xmin::text::integer FROM robbieblocks_pages WHERE page_key = 'home'")[0].value(
                0)
    }

    @Test func anEditAfterARestoreIsPublishedWithTheNumberOfALostOne() async throws {
        let server = try Server()
        defer { _ = try? server.server.stop() }
        let site = try await TestSite(Self.rows, database: TestDatabase(on: server.server))
        let keeper = try site.keeper()
        try await site.build()
        try await keeper.build(.reconciliation)
        try server.takeCopy()
        try site.database.run(LiveSite.edit("home", "the lost text"))
        let lost = try Self.writer(site)
        try await site.build()
        #expect(try site.text("index.html").contains("the lost text"))
        try await keeper.build(.changes)

        // By hand, with what the ledger knows.
        try server.restoreCopy()
        try site.database.run(LiveSite.edit("home", "the second text"))
        #expect(try Self.writer(site) == lost)
        #expect(try await site.build().rendered == 1)
        #expect(try site.text("index.html").contains("the second text"))
        #expect(try await site.build().reused == 0, "versions are compared again")

        // Kept in memory, and past the triggers.
        try server.restoreCopy()
        #expect(try await keeper.build(.changes).rendered == 1)
        #expect(try site.text("index.html").contains("the first text"))
        try server.restoreCopy()
        try site.database.run(
            "SET session_replication_role = replica;" + LiveSite.edit("home", "the third text"))
        #expect(try await keeper.build(.changes).rendered == 1)
        #expect(try site.text("index.html").contains("the third text"))

        // The changed history is not detected, but contents are compared.
        #expect(try await keeper.build(.reconciliation).outcome == .unchanged(release: 5))
        let version = try Self.writer(site)
        let markers = "SELECT markers::text FROM robbieblocks_folders"
        let known: String = try site.database.connect().run("\(unsafeSQL: markers)")[0].value(0)
        try server.restoreCopy()
        try site.database.run(
            "SET session_replication_role = replica;" + LiveSite.edit("home", "the fourth text")
                + "UPDATE robbieblocks_folders SET markers = '\(known)'")
        #expect(try Self.writer(site) == version)
        #expect(try await keeper.build(.changes).outcome == .unchanged(release: 5))
        #expect(try await site.build().outcome == .unchanged(release: 5))
        #expect(try await keeper.build(.reconciliation).rendered == 1)
        #expect(try site.text("index.html").contains("the fourth text"))

        try server.restoreCopy()
        try site.database.run(
            "SET session_replication_role = replica;" + LiveSite.edit("home", "the fifth text")
                + "UPDATE robbieblocks_folders SET markers = '\(known)'")
        #expect(try await site.build { $0.isForced = true }.rendered == 1)
        #expect(try site.text("index.html").contains("the fifth text"))
    }

    @Test func aWatchNoticesARestoreAndADumpIsTakenForTheSameDatabase() async throws {
        let server = try Server()
        defer { _ = try? server.server.stop() }
        let site = try await TestSite(Self.rows, database: TestDatabase(on: server.server))
        let live = try await LiveSite(site)
        var rhythm = SiteWatcher.Rhythm()
        rhythm.retry = 200
        try await watching(site, rhythm: rhythm) { _ in
            try server.takeCopy()
            try site.database.run(LiveSite.edit("home", "the lost text"))
            try await live.waitFor("the lost text")
            try server.restoreCopy()
            // The lost edit is no longer live, without any new edit.
            try await live.waitFor("the first text")
            try site.database.run(LiveSite.edit("home", "the second text"))
            try await live.waitFor("the second text")
            try await waitUntil("all is acknowledged") { try live.pending() == 0 }
        }

        // Row versions of the new database mean something else, and nothing is rendered for that.
        let moved = try server.restoreDump(into: "moved")
        let options = BuildOptions(node: site.node, output: site.output, workers: 1)
        func build() async throws -> BuildReport {
            var options = options
            options.compresses = false
            return try await site.builder(database: moved).build(options)
        }
        let first = try await build()
        #expect(first.rendered == 0 && first.reused == 3)
        let release = try #require(
            try SiteFolder(output: site.output, node: site.node).currentRelease())
        #expect(first.outcome == .unchanged(release: release.number))
        try Connection(to: moved).run(script: LiveSite.edit("home", "the third text"))
        let second = try await build()
        #expect(second.rendered == 1 && second.reused == 0)
        #expect(try await live.text("/").contains("the third text"))
    }
}
