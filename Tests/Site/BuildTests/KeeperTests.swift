import Bundling
import Core
import Publishing
import System
import TestSupport
import Testing

@testable import Build

/// The state that a keeper holds between builds.
@Suite struct KeeperTests {
    @Test func anEditAfterTheTemplatesWereReadAgainIsRendered() async throws {
        let site = try await TestSite(Rows.page("home", route: "/", content: "first"))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        // The same files: what the workers are to load has the fingerprint that it had.
        await keeper.use(try TemplateLibrary(root: Directory(ProjectFolder.path)))
        #expect(try await keeper.build(.reconciliation).rendered == 0)
        try site.database.run("UPDATE robbieblocks_pages SET content = 'second'")
        let report = try await keeper.build(.changes)
        #expect(report.rendered == 1)
        #expect(report.pending == 0)
        #expect(try site.text("index.html").contains("second"))
    }

    @Test func anEditThatHasNoPlaceStaysPendingHoweverOftenItIsLookedAt() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/") + Rows.page("about", route: "/about/"))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(
            "UPDATE robbieblocks_pages SET layout_template = 'none' WHERE page_key = 'about'")
        for _ in 0..<3 {
            let report = try await keeper.build(.changes)
            #expect(report.errors.map(\.code) == [.unknownLayout])
            #expect(report.kept == 1)
            #expect(report.pending == 1)
        }
        try site.database.run(
            "UPDATE robbieblocks_pages SET layout_template = 'dashboard' WHERE page_key = 'about'")
        #expect(try await keeper.build(.changes).pending == 0)
    }

    @Test func whatIsPendingIsCountedWhileTheNodeIsHeld() async throws {
        let site = try await TestSite(Rows.page("home", route: "/", content: "first"))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run("UPDATE robbieblocks_pages SET content = 'second'")
        try await keeper.build(.changes)
        _ = try SiteFolder(output: site.output, node: site.node).rollBack(to: nil)
        try site.database.run("UPDATE robbieblocks_pages SET content = 'third'")
        let report = try await keeper.build(.changes)
        #expect(report.outcome == .held(release: 1))
        #expect(report.pending == 1)
    }

    /// A manual build with --force confirms a build that a watcher rejected.
    @Test func aRefusalEndsWithTheNextRelease() async throws {
        let site = try await TestSite(
            (0..<8).map { Rows.page("p\($0)", route: $0 == 0 ? "/" : "/p\($0)/") }.joined())
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run("DELETE FROM robbieblocks_pages WHERE page_key <> 'p0'")
        for _ in 0..<2 { #expect(try await keeper.build(.changes).outcome == .refused) }
        #expect(try await site.build { $0.isForced = true }.outcome == .published(release: 2))
        let report = try await keeper.build(.changes)
        #expect(report.outcome == .unchanged(release: 2))
        #expect(report.errors == [])
    }

    /// Browsers at the old address of a page are notified, too.
    @Test func aPageThatMovesChangesBothOfItsFiles() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/") + Rows.page("old", route: "/old/"))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(
            "UPDATE robbieblocks_pages SET page_route = '/new/' WHERE page_key = 'old'")
        let report = try await keeper.build(.changes)
        #expect(report.changedFiles.isSuperset(of: ["old/index.html", "new/index.html"]))
        #expect(!report.changedFiles.contains("index.html"))
    }

    /// Known data keeps its place in memory, however often all rows are compared.
    @Test func aComparisonOfAllRowsReadsWhatDiffers() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/", content: "first") + Rows.page("about", route: "/about/"))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let first = try #require(await keeper.knownIdentity)
        #expect(try await keeper.build(.reconciliation).outcome == .unchanged(release: 1))
        #expect(await keeper.knownIdentity == first)

        try site.database.run(
            """
            SET session_replication_role = replica;
            UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'home'
            """)
        #expect(try await keeper.build(.changes).outcome == .unchanged(release: 1))
        #expect(try await keeper.build(.reconciliation).rendered == 1)
        #expect(await keeper.knownIdentity == first)
        #expect(try site.text("index.html").contains("second"))
        #expect(try await keeper.build(.reconciliation).outcome == .unchanged(release: 2))

        try site.database.run("UPDATE robbieblocks_node_branding SET node_name = 'Other'")
        #expect(try await keeper.build(.reconciliation).outcome == .published(release: 3))
        #expect(await keeper.knownIdentity != first)
    }
}

extension SiteKeeper {
    fileprivate var knownIdentity: ObjectIdentifier? { known.map(ObjectIdentifier.init) }
}
