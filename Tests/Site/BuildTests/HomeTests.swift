import Content
import Core
import Foundation
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

@testable import Build

/// Only a build into the folder where a node is at home says that edits are live.
@Suite struct HomeTests {
    private static let rows =
        Rows.page("home", route: "/", content: "first") + Rows.page("about", route: "/about/")

    private static func edit(_ text: String) -> String {
        "UPDATE robbieblocks_pages SET content = '\(text)' WHERE page_key = 'home'"
    }

    private func pending(_ site: TestSite) async throws -> Int {
        try await ContentStore(of: site.database.target).status(of: site.node).pending
    }

    @Test func aBuildElsewhereLeavesEditsToTheBuilderOfTheHome() async throws {
        let (site, elsewhere) = (try await TestSite(Self.rows), try TestFolder())
        let keeper = try site.keeper()
        #expect(try await keeper.claim(holder: "watch"))
        try await keeper.build(.reconciliation)

        // The watch does nothing for now.
        try site.database.run(Self.edit("second"))
        let report = try await site.build { $0.output = elsewhere.path }
        #expect(report.outcome == .published(release: 1))
        #expect(report.pending == 1)
        #expect(report.diagnostics.map(\.code) == [.otherFolder])
        #expect(report.errors == [])
        #expect(try await pending(site) == 1)
        #expect(try await keeper.build(.changes).rendered == 1)
        #expect(try site.text("index.html").contains("second"))
        #expect(try await pending(site) == 0)

        // Into the same folder, by hand and beside the watch.
        try site.database.run(Self.edit("third"))
        #expect(try await site.build().pending == 0)
        #expect(try await keeper.build(.changes).outcome == .unchanged(release: 3))

        let error = await #expect(throws: Diagnostic.self) {
            try await site.build {
                $0.output = elsewhere.path
                $0.takesOver = true
            }
        }
        #expect(error?.code == .otherFolder)
        await keeper.disclaim()
        try site.database.run(Self.edit("fourth"))
        let taken = try await site.build {
            $0.output = elsewhere.path
            $0.takesOver = true
        }
        #expect(taken.pending == 0 && taken.rendered == 1)
        try site.database.run(Self.edit("fifth"))
        // Edits acknowledged by the other folder are found, too.
        let here = try await site.build()
        #expect(here.pending == 1)
        #expect(try site.text("index.html").contains("fifth"))
        // A builder that claims the node brings it home.
        #expect(try await keeper.claim(holder: "watch"))
        #expect(try await keeper.build(.reconciliation).pending == 0)
    }

    @Test func aCopyOfTheFolderIsKeptApartAndAMovedOneIsNot() async throws {
        let (site, elsewhere) = (try await TestSite(Self.rows), try TestFolder())
        try await site.build()
        try FileManager.default.copyItem(
            atPath: site.output, toPath: elsewhere.path + "/copy")
        try site.database.run(Self.edit("second"))
        try await site.build()
        let copy = try await site.build { $0.output = elsewhere.path + "/copy" }
        #expect(copy.rendered == 1 && copy.reused == 0)
        #expect(
            try String(
                contentsOfFile: elsewhere.path + "/copy/\(site.node)/current/index.html",
                encoding: .utf8
            ).contains("second"))
        try site.database.run(Self.edit("third"))
        #expect(try await site.build { $0.output = elsewhere.path + "/copy" }.pending == 1)
        #expect(try await pending(site) == 1)
        #expect(try await site.build().pending == 0)

        try FileManager.default.moveItem(
            atPath: site.output, toPath: elsewhere.path + "/moved")
        try site.database.run(Self.edit("fourth"))
        let moved = try await site.build { $0.output = elsewhere.path + "/moved" }
        #expect(moved.pending == 0 && moved.rendered == 1 && moved.reused == 0)
        // Made again where the home is.
        try FileManager.default.removeItem(atPath: elsewhere.path + "/moved")
        try site.database.run(Self.edit("fifth"))
        #expect(try await site.build { $0.output = elsewhere.path + "/moved" }.pending == 0)
    }

    /// Whether the folder was moved from another machine is not known, unless a builder is at work there.
    @Test func aCopyOnAnotherMachineLeavesTheNodeToItsBuilder() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let move = "UPDATE robbieblocks_folders SET location = 'elsewhere:/srv/acme' WHERE is_home"
        let builder = ContentStore(of: site.database.target)
        #expect(try await builder.claim(node: site.node, holder: "elsewhere:1") != nil)
        try site.database.run(move)
        try site.database.run(Self.edit("second"))
        let copy = try await site.build()
        #expect(copy.rendered == 1 && copy.pending == 1)
        #expect(copy.diagnostics.map(\.code) == [.otherFolder])
        #expect(try await pending(site) == 1)

        // The folder was moved, so no builder uses the old place.
        await builder.disclaim(node: site.node)
        #expect(try await site.build().pending == 0)
    }

    @Test func theFolderOfAnotherDatabaseIsRefused() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build()
        let before = try site.text("index.html")
        try site.database.run(
            "UPDATE robbieblocks_database SET id = gen_random_uuid();" + Self.edit("other"))
        let error = await #expect(throws: Diagnostic.self) { try await site.build() }
        #expect(error?.code == .otherDatabase)
        #expect(error?.hint?.contains("--force") == true)
        // It names both databases, and neither password nor user.
        let name = site.database.target.settings["dbname"] ?? ""
        #expect(error?.message.contains("of another database, '\(name)' ") == true)
        #expect(error?.message.contains("; \(site.database.target.origin) '\(name)' ") == true)
        #expect(try site.text("index.html") == before)
        let keeper = try site.keeper()
        await #expect(throws: Diagnostic.self) { try await keeper.claim(holder: "watch") }
        await #expect(throws: Diagnostic.self) { try await keeper.build(.reconciliation) }
        #expect(try await site.build { $0.isForced = true }.rendered == 1)
        #expect(try await keeper.build(.reconciliation).outcome == .unchanged(release: 2))
    }

    /// Every start would cost a release.
    @Test func aRestartedWatchWritesNothing() async throws {
        let site = try await TestSite(Self.rows)
        try await site.keeper().build(.reconciliation)
        let before = try site.fileStatus()
        for reach in [BuildReach.reconciliation, .everything] {
            let report = try await site.keeper().build(reach)
            #expect(report.outcome == .unchanged(release: 1))
            #expect(!report.phases.contains { $0.name == "publish" })
        }
        #expect(try site.fileStatus() == before)
    }
}
