import Build
import Content
import Core
import Foundation
import PostgreSQL
import Publishing
import TestSupport
import Testing

/// Edits that wait for a build by hand, mixed with edits that do not.
@Suite struct WaitingEditTests {
    private static func byHand(_ sql: String) -> String {
        "SET robbieblocks.auto_deploy = off; \(sql); RESET robbieblocks.auto_deploy;"
    }

    private static func update(_ page: String, _ set: String) -> String {
        "UPDATE robbieblocks_pages SET \(set) WHERE page_key = '\(page)';"
    }

    private func expectSameAsClean(
        _ site: TestSite, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let (live, clean) = (try site.liveManifest(), try await site.cleanManifest())
        #expect(live == clean, sourceLocation: location)
    }

    private func status(of site: TestSite) async throws -> NodeStatus {
        try await ContentStore(of: site.database.target).status(of: site.node)
    }

    /// Edits of one page that are made by hand, each with an automatic edit of the same page, before or
    /// after it.
    private static let edits = [
        update("about", "meta_title = 'Other', metadata = '{\"menu\": \"Other\"}'"),
        update("about", "page_route = '/other/'"), update("about", "status = 'draft'"),
        "DELETE FROM robbieblocks_pages WHERE page_key = 'about';",
        "DELETE FROM robbieblocks_page_blocks WHERE page_id ="
            + " (SELECT id FROM robbieblocks_pages WHERE page_key = 'about');",
        Rows.block(on: "about", "counter", order: 5),
    ]

    @Test(arguments: [false, true])
    func aPageWithAWaitingEditWaitsAsAWhole(restarts: Bool) async throws {
        let site = try await TestSite(
            HeldPageTests.rows
                + Rows.component(
                    "counter",
                    code: "export default () => { const [n, set] = useState(0);"
                        + " return <button onClick={() => set(n + 1)}>{n}</button>; }")
                + Rows.block(on: "about", "card", props: #"{"text": "one"}"#))
        var keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let automatic = Self.update("about", "content = 'automatic'")
        for (number, edit) in Self.edits.enumerated() {
            let good = try site.liveManifest()
            let (page, title) = (try site.bytes("about/index.html"), try site.text("index.html"))
            let edits = [
                [Self.byHand(edit), automatic], [automatic + Self.byHand(edit)],
                [Self.byHand(edit + automatic)],
            ]
            for statement in edits[number % edits.count] {
                try site.database.run(statement)
                if restarts { keeper = try site.keeper() }
                let report = try await keeper.build(restarts ? .reconciliation : .changes)
                #expect(report.errors == [])
                #expect(report.pending > 0)
                #expect(try site.liveManifest() == good, "\(edit)")
            }
            let status = try await status(of: site)
            #expect(status.pending == 0)
            #expect(status.waiting >= 1)
            #expect(status.waitingRows.map(\.kind) == ["page"])
            #expect(status.waitingRows.allSatisfy { $0.byHand > 0 })

            // Other pages go on, and show what is live of the one that waits.
            try site.database.run(Self.update("plain", "meta_title = 'Plain \(edit.count)'"))
            if restarts { keeper = try site.keeper() }
            #expect(try await keeper.build(restarts ? .reconciliation : .changes).rendered == 2)
            #expect(try site.bytes("about/index.html") == page)
            let titles = title.split(separator: "<li>").filter { $0.contains("/about/") }
            #expect(titles.allSatisfy(try site.text("index.html").contains))

            let report = try await site.build { $0.keepsGoing = true }
            #expect(report.pending == 0)
            #expect(try await keeper.build(.changes).pending == 0)
            try site.database.run(
                "DELETE FROM robbieblocks_pages WHERE page_key = 'about';"
                    + Rows.page(
                        "about", route: "/about/", metadata: #"{"menu": "About", "menu_order": 1}"#)
                    + Rows.block(on: "about", "card", props: #"{"text": "one"}"#))
            #expect(try await keeper.build(.changes).errors == [])
            try await expectSameAsClean(site)
        }
    }

    /// Two pages exchange their places: one by hand, the other one by itself.
    @Test func aPageThatWaitsKeepsItsAddress() async throws {
        let site = try await TestSite(HeldPageTests.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.liveManifest()
        try site.database.run(
            Self.byHand(Self.update("about", "page_route = '/new/'"))
                + Self.update("plain", "page_route = '/about/'"))
        for builder in [keeper, try site.keeper()] {
            let report = try await builder.build(.reconciliation)
            #expect(report.errors.map(\.code) == [.routeCollision])
            #expect(report.errors.map(\.location.page) == ["plain"])
            #expect(try site.liveManifest() == good)
        }
        #expect(try await site.build().errors == [])
        try await expectSameAsClean(site)
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
    }

    /// A waiting edit that is taken back, without a build by hand.
    @Test func aPageThatWaitsNoLongerIsReadAgain() async throws {
        let site = try await TestSite(HeldPageTests.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(Self.byHand(Self.update("about", "meta_title = 'Other'")))
        #expect(try await keeper.build(.changes).pending == 1)
        try site.database.run("DELETE FROM robbieblocks_change_triggers WHERE NOT auto_deploy")
        #expect(try await keeper.build(.changes).rendered == 2)
        try await expectSameAsClean(site)
    }

    @Test func aTableThatWaitsToBeEmptiedWaitsAsAWhole() async throws {
        let site = try await TestSite(HeldPageTests.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.liveManifest()
        try site.database.run(
            Self.byHand("TRUNCATE robbieblocks_pages CASCADE")
                + Rows.page("home", route: "/", content: "only"))
        for builder in [keeper, try site.keeper()] {
            for reach in [BuildReach.changes, .reconciliation] {
                let report = try await builder.build(reach)
                #expect(report.errors == [], "\(reach)")
                #expect(try site.liveManifest() == good)
            }
        }
        #expect(try await site.build { $0.isForced = true }.errors == [])
        try await expectSameAsClean(site)
    }
}
