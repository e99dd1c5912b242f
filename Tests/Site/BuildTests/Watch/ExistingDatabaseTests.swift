import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import Chat

/// Databases that another program made with the names of the contract.
@Suite struct ExistingDatabaseTests {
    private let node = "vengeance-local"

    private func run(_ database: ExistingDatabase, _ folder: TestFolder, _ arguments: String...)
        throws -> Program.Result
    {
        try Program.run(
            ProjectFolder.program,
            arguments + ["--node", node, "--output", folder.path],
            environment: ["DATABASE_URL": database.url, "ROBBIEBLOCKS_HOME": ProjectFolder.path])
    }

    @Test(arguments: [false, true]) func isAdopted(hasOthers: Bool) async throws {
        let database = try await ExistingDatabase(others: hasOthers)
        let folder = try TestFolder()
        let before = try database.contents()
        let first = try Program.robbieblocks("init", database: database.url)
        #expect(first.status == 0, "\(first.errors)")
        for trigger in ["page_update", "component_update", "branding_update"] {
            #expect(first.output.contains("disabled the trigger \(trigger)_trigger"))
        }
        #expect(first.output.contains("1 rows of robbieblocks_page_blocks have no page"))
        #expect(first.output.contains("page_name stays as narrow as it is, since a view shows it"))
        #expect(first.output.contains("ai_personalities") == hasOthers)
        // Nothing of theirs has changed but what the seeds added beside it.
        let adopted = try database.contents(as: before)
        for (table, rows) in before.rows {
            #expect(Set(adopted.rows[table] ?? []).isSuperset(of: rows), "\(table)")
        }
        for table in ["robbieblocks_pages", "robbieblocks_deploys", "robbieblocks_page_blocks"] {
            #expect(adopted.rows[table] == before.rows[table], "\(table)")
        }
        #expect(before.definitions.allSatisfy { adopted.definitions[$0.key] == $0.value })
        let second = try Program.robbieblocks("init", database: database.url)
        #expect(second.output.contains("The schema is up to date."), "\(second.errors)")

        // Their views and rows do not keep a site from being built.
        let build = try run(database, folder, "build")
        #expect(build.output.contains("release 1"), "\(build.output) \(build.errors)")
        let file = "\(folder.path)/\(node)/current/index.html"
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("points"))
        let watch = try RunningProgram(
            ["watch", "--node", node, "--output", folder.path], database: database.url)
        try await watch.waitFor("listening")
        // A row of 9,000 bytes made their triggers fail.
        try database.run(
            """
            UPDATE robbieblocks_pages SET content = 'edited ' || repeat('x', 9000)
            WHERE page_key = 'play-home'
            """)
        try await waitUntil("the edit is live") {
            try String(contentsOfFile: file, encoding: .utf8).contains("edited")
        }
        try editAsAdmin(database)
        // The tokens come back.
        #expect(try Program.robbieblocks("init", database: database.url).status == 0)
        try await waitUntil("every edit is live") {
            let status = try run(database, folder, "status")
            return status.status == 0 && status.output.contains("pending  0 edits")
        }
        _ = try await watch.terminate()
        try await chat(database)

        let after = try database.contents(as: before)
        for table in before.rows.keys where !table.hasPrefix("robbieblocks_") {
            #expect(after.rows[table] == before.rows[table], "\(table)")
        }
        let deploys = "robbieblocks_deploys"
        #expect(Set(after.rows[deploys] ?? []).isSuperset(of: before.rows[deploys] ?? []))
        // Of their changes, those that are done, or old, stay as they were.
        let changes = try database.connect().run(
            """
            SELECT count(*), count(processed_at) FROM robbieblocks_change_triggers
            WHERE created_at < now() - interval '1 day'
            """)[0]
        #expect(try changes.value(0, as: Int.self) == 4)
        #expect(try changes.value(1, as: Int.self) == 2)
        #expect(before.definitions.allSatisfy { after.definitions[$0.key] == $0.value })
    }

    /// TRUNCATE by a role that has that right alone, and updates of rows of deploys.
    private func editAsAdmin(_ database: ExistingDatabase) throws {
        let connection = try database.connect()
        let role = "admin_" + UUID().uuidString.lowercased().prefix(8)
        try connection.run("CREATE ROLE \(unsafeSQL: role) LOGIN")
        defer {
            _ = try? connection.run("DROP OWNED BY \(unsafeSQL: role)")
            _ = try? connection.run("DROP ROLE \(unsafeSQL: role)")
        }
        try connection.run(
            """
            GRANT SELECT, UPDATE, TRUNCATE ON robbieblocks_style_tokens, robbieblocks_deploys
            TO \(unsafeSQL: role)
            """)
        var target = database.target
        target.settings["user"] = role
        let admin = try Connection(to: target)
        try admin.run("TRUNCATE robbieblocks_style_tokens")
        try admin.run(
            "UPDATE robbieblocks_deploys SET build_log = 'x' WHERE build_hash <> 'theirs'")
        let captured = try connection.run(
            "SELECT FROM robbieblocks_change_triggers WHERE trigger_type = 'style_truncate'")
        #expect(captured.count == 1)
    }

    private func chat(_ database: ExistingDatabase) async throws {
        var settings = ConnectionPool.Settings(size: 1)
        settings.acquireDeadline = 60_000
        let pool = ConnectionPool(to: database.target, role: ChatStore.role, settings: settings)
        let store = ChatStore(pool: pool)
        let visitor = UUID()
        let exchange = try await store.begin(Question(visitor: visitor, node: node, text: "?"))
        try await store.finish(exchange, Answer(text: "!", source: .model))
        let page = try await store.messages(
            of: exchange.conversation, visitor: visitor, node: node)
        #expect(page.elements.map(\.text) == ["?", "!"])
        await pool.close()
    }

    /// A change reported shortly before is pending, and acknowledged with the first release.
    @Test func pendingChangesOfTheirsArePublished() async throws {
        let database = try await ExistingDatabase(
            others: false,
            rows: """
                INSERT INTO robbieblocks_change_triggers
                    (trigger_type, entity_type, entity_id, affected_apps, auto_deploy)
                SELECT 'page_update', 'page', id, '{play}'::text[], NULL FROM robbieblocks_pages;
                """)
        let folder = try TestFolder()
        let made = try Program.robbieblocks("init", "--schema-only", database: database.url)
        #expect(made.status == 0, "\(made.errors)")
        #expect(try run(database, folder, "status").output.contains("pending  4 edits"))
        #expect(try run(database, folder, "build").status == 0)
        #expect(try run(database, folder, "status").output.contains("pending  0 edits"))
    }

    @Test func whatCannotBeAdoptedIsNamedAndNothingIsChanged() async throws {
        let database = try await ExistingDatabase(others: true)
        try database.run("ALTER TABLE robbieblocks_pages ALTER COLUMN metadata TYPE json")
        let before = try database.contents()
        let result = try Program.robbieblocks("init", database: database.url)
        #expect(result.status == 3)
        #expect(
            result.errors.contains(
                "robbieblocks_pages: metadata is json where jsonb is expected"), "\(result.errors)")
        #expect(result.errors.contains("ALTER TABLE public.robbieblocks_pages RENAME TO"))
        let after = try database.contents()
        #expect(after.rows == before.rows)
        #expect(after.definitions == before.definitions)
        let schema = try database.connect().run("SELECT to_regnamespace('robbieblocks') IS NULL")
        #expect(try schema[0].value(0, as: Bool.self))
    }
}
