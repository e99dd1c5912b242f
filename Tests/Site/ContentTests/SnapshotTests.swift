import Content
import Core
import FoundationEssentials
import PostgreSQL
import SiteModel
import TestSupport
import Testing

/// Reading through snapshots.
@Suite struct SnapshotTests {
    private static let content =
        "INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps) "
        + "VALUES ('red', 'Red', '{work}');"
        + Rows.page("desk", route: "/work/", content: "Desk", app: "work")
        + Rows.page("home", route: "/", content: "Home")
        + Rows.page("game", route: "/play/", app: "play")
        + Rows.page("odd", route: "/odd/", app: "wrok")
        + Rows.component("card", code: "<p>Card</p>") + Rows.component("unused", code: "<p>No</p>")
        + Rows.block(on: "desk", "card", order: 1) + Rows.block(on: "home", "card", order: 1)

    private let database: TestDatabase
    private let editor: Connection
    private let store: ContentStore

    init() async throws {
        database = try await TestDatabase()
        editor = try database.connect()
        try editor.run(script: Self.content)
        store = ContentStore(of: database.target)
    }

    @Test func showsOneInstantUntilItIsClosed() async throws {
        let first = try await store.open()
        let before = try await store.content(node: "red", includesDrafts: false)
        #expect(before.pages.map(\.key) == ["home", "desk"])
        #expect(before.strayPages.map(\.key) == ["odd"])
        #expect(before.components.mapValues(\.isPlaced) == ["card": true, "unused": false])
        #expect(before.knownApps == NodeContent.contractApps)
        #expect(before.now == first.now)
        try editor.run(
            script: "UPDATE robbieblocks_pages SET content = 'Edited', page_name = 'Edited'")
        let bodies = try await store.bodies(of: before.pages)
        #expect(bodies.map { String(decoding: $0.content, as: UTF8.self) } == ["Home", "Desk"])
        #expect(bodies.map { $0.blocks.map(\.componentKey) } == [["card"], ["card"]])
        #expect(try await store.content(node: "red", includesDrafts: false).pages == before.pages)
        await #expect(throws: Diagnostic.self) { try await store.open() }
        await store.close()
        await store.close()

        let second = try await store.open()
        #expect(second.now >= first.now && second.database == first.database)
        let pages = try await store.pagesWithBodies(
            before.pages.map(\.id) + before.strayPages.map(\.id) + [UUID()], of: before.node,
            includesDrafts: false
        ).map(\.0)
        #expect(pages.map(\.name) == ["Edited", "Edited", "Edited"])
        // The page of no app is among them, so that a build can say what is wrong with it.
        #expect(
            try await store.content(node: "red", includesDrafts: false).pages
                == pages.filter { $0.key != "odd" })
        await store.close()
    }

    @Test func tellsDatabasesApart() async throws {
        let second = try await TestDatabase()
        let one = try await store.open()
        let other = try await ContentStore(of: second.target).open()
        #expect(one.database != other.database)
    }

    @Test func connectsAnewWhenTheConnectionWasLost() async throws {
        _ = try await store.open()
        await store.close()
        try endOtherSessions()
        let instant = try await store.open()
        #expect(instant.now > 0)
        // In the middle of a snapshot there is no way on.
        try endOtherSessions()
        await #expect(throws: PostgresError.self) { try await store.nodes() }
        await #expect(throws: PostgresError.self) { try await store.nodes() }
        await store.close()
        _ = try await store.open()
        #expect(try await store.nodes().map(\.id) == ["red"])
        await store.close()
    }

    @Test func writesNothingWhileASnapshotIsOpen() async throws {
        _ = try await store.open()
        await #expect(throws: Diagnostic.self) {
            try await store.acknowledge([], node: "red", release: 1)
        }
        await #expect(throws: Diagnostic.self) { try await store.claim(node: "red", holder: "me") }
        #expect(try await store.nodes().count == 1)
    }

    @Test func seesAnotherVersionAfterEveryEditAndOnlyThen() async throws {
        func versions() async throws -> [String: Int64] {
            _ = try await store.open()
            let content = try await store.content(node: "red", includesDrafts: false)
            let pages = try await store.pagesWithBodies(
                content.pages.map(\.id), of: content.node, includesDrafts: false
            ).map(\.0)
            #expect(pages == content.pages)
            await store.close()
            return Dictionary(uniqueKeysWithValues: pages.map { ($0.key, $0.version) })
        }
        var known = try await versions()
        #expect(known.count == 2 && known["desk"] != known["home"])
        let desk = "(SELECT id FROM robbieblocks_pages WHERE page_key = 'desk')"
        let edits = [
            "UPDATE robbieblocks_pages SET content = 'x' WHERE page_key = 'desk'",
            "UPDATE robbieblocks_page_blocks SET props = '{\"a\": 1}' WHERE page_id = \(desk)",
            Rows.block(on: "desk", "card", order: 2),
            "UPDATE robbieblocks_page_blocks SET block_order = block_order + 10 WHERE page_id = \(desk)",
            "DELETE FROM robbieblocks_page_blocks WHERE block_order = 12",
            "DELETE FROM robbieblocks_page_blocks WHERE page_id = \(desk)",
            // Triggers see none of these.
            "SET session_replication_role = replica; "
                + "UPDATE robbieblocks_pages SET content = 'y' WHERE page_key = 'desk'",
            Rows.block(on: "desk", "card"),
            "ALTER TABLE robbieblocks_page_blocks DISABLE TRIGGER ALL; "
                + "UPDATE robbieblocks_page_blocks SET zone = 'footer' WHERE page_id = \(desk)",
            "RESET session_replication_role; DELETE FROM robbieblocks_pages WHERE page_key = 'desk'; "
                + Rows.page("desk", route: "/work/", app: "work"),
        ]
        for edit in edits {
            try editor.run(script: edit)
            let now = try await versions()
            #expect(now["desk"] != known["desk"], "\(edit)")
            #expect(now["home"] == known["home"], "\(edit)")
            known = now
        }
        let others = [
            "UPDATE robbieblocks_components SET css_styles = 'p {}'",
            "BEGIN; UPDATE robbieblocks_pages SET content = 'z'; ROLLBACK",
            "BEGIN; SELECT * FROM robbieblocks_pages FOR UPDATE; COMMIT",
            "UPDATE robbieblocks_pages SET content = 'z' WHERE page_key = 'game'",
        ]
        for edit in others {
            try editor.run(script: edit)
            #expect(try await versions() == known, "\(edit)")
        }
        try editor.run("VACUUM (FREEZE) robbieblocks_pages, robbieblocks_page_blocks")
        #expect(try await versions() == known)
    }

    @Test func findsPagesThatGoLiveByThemselves() async throws {
        try editor.run(
            script: Rows.page("soon", route: "/soon/", app: "work")
                + Rows.page("later", route: "/later/", app: "work")
                + Rows.page("never", route: "/never/", app: "work")
                + Rows.page("elsewhere", route: "/else/", app: "play")
                    + """
                    UPDATE robbieblocks_pages SET published_at = now() + interval '1 hour'
                        WHERE page_key = 'soon';
                    UPDATE robbieblocks_pages SET published_at = now() + interval '2 hours'
                        WHERE page_key = 'later';
                    UPDATE robbieblocks_pages SET published_at = 'infinity' WHERE page_key = 'never';
                    UPDATE robbieblocks_pages SET published_at = now() + interval '1 minute'
                        WHERE page_key = 'elsewhere';
                    """)
        let instant = try await store.open()
        let content = try await store.content(node: "red", includesDrafts: false)
        let next = try #require(content.nextPublication)
        #expect(abs(next - instant.now - 3_600_000) < 60_000)
        #expect(try await store.nextPublication(of: content.node) == next)
        #expect(!content.pages.map(\.key).contains("soon"))
        #expect(try await store.pagesPublished(after: 0, of: content.node).isEmpty)
        await store.close()

        // The hour is over: the row itself stays as it is, but for the time.
        try editor.run(
            script: "UPDATE robbieblocks_pages SET published_at = published_at - interval '1 hour'")
        let then = try await store.open()
        let published = try await store.pagesPublished(
            after: instant.now - 60_000, of: content.node)
        let pages = try await store.pagesWithBodies(
            published, of: content.node, includesDrafts: false
        ).map(\.0)
        #expect(pages.map(\.key) == ["soon"])
        #expect(try await store.pagesPublished(after: then.now, of: content.node).isEmpty)
        await store.close()
        try editor.run(script: "DELETE FROM robbieblocks_pages WHERE page_key = 'later'")
        #expect(try await store.nextPublication(of: content.node) == nil)
    }

    @Test func readsComponentsAndTokensAlone() async throws {
        try editor.run(
            script: """
                INSERT INTO robbieblocks_style_tokens (token_key, default_value) VALUES ('a', 'b');
                UPDATE robbieblocks_components SET is_published = false;
                """)
        let node = try #require(try await store.nodes().first)
        let components = try await store.components(of: node, includesDrafts: false)
        #expect(components.mapValues(\.isPublished) == ["card": false])
        let drafts = try await store.components(of: node, includesDrafts: true)
        #expect(drafts.mapValues(\.isPublished) == ["card": true])
        #expect(try await store.tokens() == ["a": "b"])
    }

    /// A watcher reads bodies for months and never reads the components in between.
    @Test func knowsAComponentThatIsNewSinceTheLastSnapshot() async throws {
        let node = try #require(try await store.nodes().first)
        _ = try await store.content(node: "red", includesDrafts: false)
        try editor.run(
            script: Rows.component("fresh", code: "<p>Fresh</p>")
                + Rows.block(on: "home", "fresh", order: 2))
        let ids = try editor.run("SELECT id FROM robbieblocks_pages WHERE page_key = 'home'")
            .map { try $0.value(0, as: UUID.self) }
        let pages = try await store.pagesWithBodies(ids, of: node, includesDrafts: false)
        let blocks = pages.flatMap { $0.1.blocks }
        #expect(blocks.map(\.componentKey) == ["card", "fresh"])
    }

    private func endOtherSessions() throws {
        try editor.run(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
    }
}
