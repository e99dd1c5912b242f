import FoundationEssentials
import TestSupport
import Testing

@testable import PostgreSQL

/// The rows that the triggers of `0100-change-capture.sql` write for each kind of edit.
@Suite struct CaptureTests {
    /// A database with a node of apps work and code, one of app play, and a page of each of them.
    private static let content =
        node("red", apps: "work,code") + node("blue", apps: "play")
        + Rows.page("desk", route: "/work/", app: "work")
        + Rows.page("game", route: "/play/", app: "play")
        + Rows.component("card", code: "<p>Card</p>")
        + Rows.block(on: "desk", "card", order: 1) + Rows.block(on: "desk", "card", order: 2)
        + "INSERT INTO robbieblocks_style_tokens (token_key, default_value) VALUES ('color.a', 'x');"
        + Rows.frame("foot", "card", zone: "footer") + Rows.frame("desk", "card", app: "work")
        + Rows.frame("red", "card", node: "red") + "DELETE FROM robbieblocks_change_triggers;"

    private static func node(_ id: String, apps: String) -> String {
        """
        INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps)
        VALUES ('\(id)', '\(id)', '{\(apps)}');

        """
    }

    struct Edit: Sendable, CustomTestStringConvertible {
        var sql: String
        /// `trigger_type entity_type entity apps nodes`, in any order.
        var changes: [String]

        init(_ sql: String, _ changes: String...) {
            self.sql = sql
            self.changes = changes
        }

        var testDescription: String { sql }
    }

    static let edits = [
        Edit(
            "UPDATE robbieblocks_pages SET content = 'new' WHERE page_key = 'desk'",
            "page_update page desk {work} {red}"),
        Edit(
            "UPDATE robbieblocks_pages SET app_namespace = 'play' WHERE page_key = 'desk'",
            "page_update page desk {work,play} {blue,red}"),
        Edit(
            "UPDATE robbieblocks_pages SET app_namespace = 'shared' WHERE page_key = 'desk'",
            "page_update page desk {work,shared} {blue,red}"),
        Edit(
            "UPDATE robbieblocks_pages SET content = 'all'", "page_update page desk {work} {red}",
            "page_update page game {play} {blue}"),
        Edit(Rows.page("new", route: "/new/", app: "code"), "page_insert page new {code} {red}"),
        // No node has the app: each says so.
        Edit(Rows.page("new", route: "/new/", app: "odd"), "page_insert page new {} {blue,red}"),
        Edit(
            "DELETE FROM robbieblocks_pages WHERE page_key = 'game'",
            "page_delete page gone {play} {blue}"),
        // The blocks go with their page, and only the page is worth a word.
        Edit(
            "DELETE FROM robbieblocks_pages WHERE page_key = 'desk'",
            "page_delete page gone {work} {red}"),
        Edit(
            "INSERT INTO robbieblocks_pages (page_key, app_namespace, page_name, page_route) "
                + "VALUES ('desk', 'work', 'Desk', '/work/') "
                + "ON CONFLICT (page_key) DO UPDATE SET page_name = excluded.page_name",
            "page_update page desk {work} {red}"),
        Edit(
            "TRUNCATE robbieblocks_pages CASCADE", "page_truncate page all {} {blue,red}",
            "block_truncate page all {} {blue,red}"),
        Edit(
            "UPDATE robbieblocks_page_blocks SET zone = 'footer'",
            "block_update page desk {work} {red}"),
        Edit(
            "UPDATE robbieblocks_page_blocks SET page_id = (SELECT id FROM robbieblocks_pages "
                + "WHERE page_key = 'game') WHERE block_order = 2",
            "block_update page desk {work} {red}", "block_update page game {play} {blue}"),
        Edit(Rows.block(on: "game", "card"), "block_insert page game {play} {blue}"),
        Edit(
            "DELETE FROM robbieblocks_page_blocks WHERE block_order = 1",
            "block_delete page desk {work} {red}"),
        Edit("TRUNCATE robbieblocks_page_blocks", "block_truncate page all {} {blue,red}"),
        Edit(
            "UPDATE robbieblocks_components SET css_styles = 'p {}'",
            "component_update component card {} {blue,red}"),
        Edit(
            Rows.component("new", code: nil), "component_insert component gone {} {blue,red}"),
        Edit(
            "DELETE FROM robbieblocks_page_blocks; UPDATE robbieblocks_frame_blocks SET component_id ="
                + " NULL; DELETE FROM robbieblocks_components",
            "frame_update frame_block foot {} {blue,red}",
            "frame_update frame_block desk {work} {red}",
            "frame_update frame_block red {} {red}", "block_delete page desk {work} {red}",
            "component_delete component gone {} {blue,red}"),
        Edit(
            "TRUNCATE robbieblocks_components CASCADE",
            "frame_truncate frame_block all {} {blue,red}",
            "component_truncate component all {} {blue,red}",
            "block_truncate page all {} {blue,red}"),
        Edit(
            "UPDATE robbieblocks_style_tokens SET default_value = 'y'",
            "style_change style_token color.a {} {blue,red}"),
        Edit(
            "INSERT INTO robbieblocks_style_tokens (token_key, default_value) VALUES ('b', 'x')",
            "style_insert style_token b {} {blue,red}"),
        Edit(
            "DELETE FROM robbieblocks_style_tokens",
            "style_delete style_token gone {} {blue,red}"),
        Edit(
            "TRUNCATE robbieblocks_style_tokens", "style_truncate style_token all {} {blue,red}"),
        Edit(
            "UPDATE robbieblocks_node_branding SET custom_css = 'p {}' WHERE node_id = 'red'",
            "branding_change node_branding red {} {red}"),
        Edit(
            "UPDATE robbieblocks_node_branding SET enabled_apps = '{play}' WHERE node_id = 'red'",
            "branding_change node_branding red {} {blue,red}"),
        Edit(
            "UPDATE robbieblocks_node_branding SET node_id = 'green' WHERE node_id = 'red'",
            "branding_change node_branding green {} {blue,green,red}"),
        Edit(
            node("green", apps: "play"), "branding_insert node_branding green {} {blue,green,red}"),
        Edit(
            "DELETE FROM robbieblocks_node_branding WHERE node_id = 'blue'",
            "branding_delete node_branding gone {} {red,blue}"),
        Edit(
            "TRUNCATE robbieblocks_node_branding", "branding_truncate node_branding all {} {}"),
        Edit(Rows.frame("bar", "card"), "frame_insert frame_block bar {} {blue,red}"),
        Edit(Rows.frame("bar", "card", app: "play"), "frame_insert frame_block bar {play} {blue}"),
        Edit(
            Rows.frame("bar", "card", node: "red", app: "work"),
            "frame_insert frame_block bar {} {red}"),
        Edit(
            "UPDATE robbieblocks_frame_blocks SET props = '{\"n\": 1}'",
            "frame_update frame_block foot {} {blue,red}",
            "frame_update frame_block desk {work} {red}",
            "frame_update frame_block red {} {red}"),
        Edit(
            "UPDATE robbieblocks_frame_blocks SET app_namespace = 'play', node_id = 'blue'"
                + " WHERE frame_key <> 'foot'",
            "frame_update frame_block desk {} {blue,red}",
            "frame_update frame_block red {} {red,blue}"),
        Edit(
            "UPDATE robbieblocks_frame_blocks SET app_namespace = 'play' WHERE frame_key = 'desk'",
            "frame_update frame_block desk {work,play} {blue,red}"),
        Edit(
            "DELETE FROM robbieblocks_frame_blocks WHERE frame_key <> 'foot'",
            "frame_delete frame_block gone {work} {red}",
            "frame_delete frame_block gone {} {red}"),
        Edit("TRUNCATE robbieblocks_frame_blocks", "frame_truncate frame_block all {} {blue,red}"),
        Edit("UPDATE robbieblocks_frame_blocks SET zone = zone"),
        // Equal by value, not by what a page shows.
        Edit(
            "UPDATE robbieblocks_page_blocks SET props = '{\"n\": 1.0}' WHERE block_order = 1",
            "block_update page desk {work} {red}"),
        Edit("UPDATE robbieblocks_pages SET content = content"),
        Edit("UPDATE robbieblocks_page_blocks SET zone = zone, props = props"),
        Edit("UPDATE robbieblocks_components SET css_styles = css_styles"),
        Edit("UPDATE robbieblocks_style_tokens SET default_value = default_value"),
        Edit("UPDATE robbieblocks_node_branding SET node_name = node_name"),
        Edit("UPDATE robbieblocks_pages SET content = 'x' WHERE page_key = 'nobody'"),
        Edit("DELETE FROM robbieblocks_pages WHERE page_key = 'nobody'"),
    ]

    @Test(arguments: edits)
    func writesDownWhatWasEdited(_ edit: Edit) async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        try editor.run(script: Self.content)
        let listener = try Self.listener(on: database)
        try editor.run(script: edit.sql)
        #expect(try Self.changes(on: editor).sorted() == edit.changes.sorted())
        #expect(try Self.notifications(on: listener) == (edit.changes.isEmpty ? 0 : 1))
    }

    @Test func sendsNothingWhenTheEditIsRolledBack() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        try editor.run(script: Self.content)
        let listener = try Self.listener(on: database)
        try editor.run(script: "BEGIN; UPDATE robbieblocks_pages SET content = 'x'; ROLLBACK;")
        #expect(try Self.notifications(on: listener) == 0)
        #expect(try Self.changes(on: editor).isEmpty)
        try editor.run(script: "UPDATE robbieblocks_pages SET content = 'x'")
        #expect(try Self.notifications(on: listener) == 1)
    }

    @Test func sendsOneNotificationForTenThousandRows() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        try editor.run(script: Self.content)
        // The statements are planned for one row first.
        for _ in 0..<8 {
            try editor.run(
                script: "UPDATE robbieblocks_pages SET content = coalesce(content, '') || 'x'")
        }
        try editor.run(
            script: """
                INSERT INTO robbieblocks_pages (page_key, app_namespace, page_name, page_route)
                SELECT 'p' || n, 'work', 'p', '/p/' || n || '/' FROM generate_series(1, 10000) AS n;
                DELETE FROM robbieblocks_change_triggers;
                """)
        let listener = try Self.listener(on: database)
        try editor.run(
            script: """
                BEGIN;
                UPDATE robbieblocks_pages SET content = 'x' WHERE app_namespace = 'work';
                UPDATE robbieblocks_components SET css_styles = 'p {}';
                COMMIT;
                """)
        #expect(try Self.notifications(on: listener) == 1)
        let counts = try editor.run(
            "SELECT count(*), count(DISTINCT entity_id) FROM robbieblocks_change_triggers")[0]
        #expect(try counts.value(0, as: Int.self) == 10_002)
        #expect(try counts.value(1, as: Int.self) == 10_002)
    }

    @Test func leavesAChangeToAManualBuildWhenTheSessionSaysSo() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        try editor.run(script: Self.content)
        func lastIsAutomatic() throws -> Bool {
            try editor.run(
                "SELECT auto_deploy FROM robbieblocks_change_triggers ORDER BY created_at DESC LIMIT 1"
            )[0].value(0)
        }
        let edit = "UPDATE robbieblocks_pages SET content = content || 'x' WHERE page_key = 'desk';"
        try editor.run(script: edit)
        #expect(try lastIsAutomatic())
        try editor.run(script: "BEGIN; SET LOCAL robbieblocks.auto_deploy = off; \(edit) COMMIT;")
        #expect(try !lastIsAutomatic())
        // What SET LOCAL leaves behind is an empty setting, not none.
        try editor.run(script: edit)
        #expect(try lastIsAutomatic())
        try editor.run(script: "SET robbieblocks.auto_deploy = false; \(edit)")
        #expect(try !lastIsAutomatic())
        try editor.run(script: "SET robbieblocks.auto_deploy = nonsense; \(edit)")
        #expect(try lastIsAutomatic())
    }

    @Test func worksForAnAdminWithoutRightsOnTheChanges() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        try editor.run(script: Self.content)
        let role = "admin_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try editor.run(
            script: """
                CREATE ROLE \(role);
                GRANT SELECT, UPDATE ON robbieblocks_pages TO \(role);
                GRANT CREATE ON DATABASE \(database.target.settings["dbname"] ?? "") TO \(role);
                """)
        defer { _ = try? editor.run(script: "DROP OWNED BY \(role) CASCADE; DROP ROLE \(role);") }
        // Functions in a schema before ours are not called with the owner's rights.
        try editor.run(
            script: """
                SET ROLE \(role);
                CREATE SCHEMA own;
                CREATE FUNCTION own.clock_timestamp() RETURNS timestamptz LANGUAGE sql
                    AS 'SELECT 1 / 0, NULL::timestamptz';
                """.replacing("SELECT 1 / 0, NULL::timestamptz", with: "SELECT NULL::timestamptz"))
        try editor.run(
            script: """
                SET search_path = own, public, pg_catalog;
                UPDATE robbieblocks_pages SET content = 'x' WHERE page_key = 'desk';
                """)
        #expect(throws: PostgresError.self) {
            try editor.run("SELECT robbieblocks_record_changes('a', 'page', NULL)")
        }
        try editor.run(script: "RESET ROLE; RESET search_path;")
        #expect(try Self.changes(on: editor) == ["page_update page desk {work} {red}"])
        try editor.run(script: "DROP SCHEMA own CASCADE")
    }

    /// The file may be applied over itself, and over rows.
    @Test func canBeAppliedAgain() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        try editor.run(script: Self.content)
        let file = ProjectFolder.path + "/database/migrations/0100-change-capture.sql"
        try editor.run(
            script: String(decoding: Data(contentsOf: .init(filePath: file)), as: UTF8.self))
        try editor.run(
            script: "UPDATE robbieblocks_pages SET content = 'x' WHERE page_key = 'desk'")
        #expect(try Self.changes(on: editor) == ["page_update page desk {work} {red}"])
    }
}

extension CaptureTests {
    private static func listener(on database: TestDatabase) throws -> Connection {
        let listener = try database.connect()
        try listener.run("LISTEN robbieblocks_change")
        return listener
    }

    /// How many notifications have come. The server passes them on before it answers.
    private static func notifications(on listener: Connection) throws -> Int {
        try listener.run("SELECT 1")
        return try listener.takeNews().notifications
    }

    private static func changes(on connection: Connection) throws -> [String] {
        try connection.run(
            """
            SELECT concat_ws(' ', trigger_type, entity_type, CASE WHEN entity_id IS NULL THEN 'all'
                    ELSE coalesce(page_key, component_key, token_key, branding.node_id, frame_key,
                        'gone') END,
                affected_apps::text, affected_nodes::text)
            FROM robbieblocks_change_triggers AS change
            LEFT JOIN robbieblocks_pages AS page ON page.id = entity_id
            LEFT JOIN robbieblocks_components AS component ON component.id = entity_id
                AND trigger_type <> 'component_insert'
            LEFT JOIN robbieblocks_style_tokens AS token ON token.id = entity_id
            LEFT JOIN robbieblocks_node_branding AS branding ON branding.id = entity_id
            LEFT JOIN robbieblocks_frame_blocks AS frame ON frame.id = entity_id
            ORDER BY change.created_at
            """
        ).map { try $0.value(0) }
    }
}
