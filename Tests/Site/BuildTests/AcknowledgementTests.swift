import Build
import Bundling
import Core
import Foundation
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

/// Which edits are called live, and what happens when that cannot be said.
@Suite struct AcknowledgementTests {
    /// Keys of the rows whose changes the node has not acknowledged.
    private func pendingKeys(of site: TestSite) throws -> Set<String> {
        let rows = try site.database.connect().run(
            """
            SELECT DISTINCT coalesce(page_key, component_key, token_key, node_id)
            FROM robbieblocks_change_triggers AS change
            LEFT JOIN robbieblocks_pages AS page ON page.id = entity_id
            LEFT JOIN robbieblocks_components AS component ON component.id = entity_id
            LEFT JOIN robbieblocks_style_tokens AS token ON token.id = entity_id
            LEFT JOIN robbieblocks_node_branding AS node ON node.id = entity_id
            WHERE processed_at IS NULL AND \(site.node) <> ALL (acknowledged_by)
            """)
        return Set(try rows.map { try $0.value(0, as: String.self) })
    }

    @Test func aFaultHoldsBackTheChangesOfItsOwnRowOnly() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/") + Rows.page("about", route: "/about/")
                + Rows.component("good", code: "export default () => <p>good</p>")
                + Rows.component("bad", code: "export default () => <p>bad</p>")
                + Rows.component(
                    "strict", code: "export default () => <p>x</p>",
                    schema: #"{"text": {"type": "string"}}"#)
                + Rows.block(on: "home", "good") + Rows.block(on: "about", "bad")
                + Rows.block(on: "home", "strict", order: 2))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        #expect(try pendingKeys(of: site) == [])
        let edit = { (key: String, code: String) in
            "UPDATE robbieblocks_components SET react_code = '\(code)'"
                + " WHERE component_key = '\(key)';"
        }
        // One that cannot be compiled, one that throws, and props that do not fit: which pages are
        // at fault is said by page, and what is wrong with a block is not its component's fault.
        for fault in ["export default () => <p>", "export default () => missing()"] {
            try site.database.run(
                edit("bad", fault) + edit("good", "export default () => <p>\(fault.count)</p>")
                    + "UPDATE robbieblocks_components SET css_styles = '/* \(fault.count) */'"
                    + " WHERE component_key = 'strict';"
                    + "UPDATE robbieblocks_style_tokens SET default_value = '\(fault.count)px'"
                    + " WHERE token_key = 'spacing.md';"
                    + "UPDATE robbieblocks_pages SET content = '\(fault.count)';")
            let report = try await keeper.build(.changes)
            #expect(!report.errors.isEmpty)
            #expect(try pendingKeys(of: site) == ["bad", "about"])
        }
        try site.database.run(
            edit("bad", "export default () => <p>mended</p>")
                + "UPDATE robbieblocks_page_blocks SET props = '{\"text\": 7}' WHERE block_order = 2;"
                + "UPDATE robbieblocks_components SET css_styles = '/* 3 */'"
                + " WHERE component_key = 'strict';")
        #expect(try await keeper.build(.changes).errors.map(\.code) == [.badProps])
        #expect(try pendingKeys(of: site) == ["home"])
        try site.database.run("UPDATE robbieblocks_page_blocks SET props = '{}'")
        #expect(try await keeper.build(.changes).pending == 0)
        #expect(try pendingKeys(of: site) == [])
    }

    /// The release is reported first, then that the database could not be updated.
    @Test func aReleaseIsToldAlthoughItCannotBeAcknowledged() async throws {
        let site = try await TestSite(Rows.page("home", route: "/", content: "first"))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'no room for this'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON robbieblocks_change_triggers
                FOR EACH ROW EXECUTE FUNCTION refuse();
            UPDATE robbieblocks_pages SET content = 'second';
            """)
        let report = try await keeper.build(.changes)
        #expect(report.outcome == .published(release: 2))
        #expect(report.changedFiles.contains("index.html"))
        #expect(report.unacknowledged?.code == .databaseError)
        #expect(report.pending == 1)
        #expect(try site.text("index.html").contains("second"))

        let program = try Program.robbieblocks(
            "build", "--node", site.node, "--output", site.output, "--compression", "off",
            database: site.database.url)
        #expect(program.status == ExitCode.environment.rawValue)
        #expect(program.errors.contains("no room for this"))

        try site.database.run("DROP TRIGGER refuse ON robbieblocks_change_triggers")
        let again = try await keeper.build(.changes)
        #expect(again.outcome == .unchanged(release: 2))
        #expect(again.unacknowledged == nil)
        #expect(again.pending == 0)
    }

    /// Templates that come while a build is under way are those of the next one.
    @Test func aBuildIsMadeFromOneVersionOfTheTemplates() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/") + Rows.page("board", route: "/board/"),
            copiesTemplates: true)
        let keeper = try site.keeper()
        let first = try await site.cleanManifest()
        let path = "templates/document.tsx"
        let shell = try String(contentsOfFile: "\(site.project)/\(path)", encoding: .utf8)
        try site.folder.write(path, shell.replacing("<body", with: "<body id=\"edited\""))
        let edited = try site.library()
        let report = try await keeper.build(.reconciliation) { step in
            if case .reading = step { Task { await keeper.use(edited) } }
        }
        #expect(report.outcome == .published(release: 1))
        #expect(try site.liveManifest() == first)
        await keeper.use(edited)
        #expect(try await keeper.build(.reconciliation).rendered == 3)
        #expect(try site.liveManifest() == (try await site.cleanManifest()))
    }
}
