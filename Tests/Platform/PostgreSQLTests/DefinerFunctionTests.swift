import Foundation
import PostgreSQL
import System
import TestSupport
import Testing

/// Functions with their owner's rights serve nobody else, in whatever schema they were made.
@Suite struct DefinerFunctionTests {
    private static func migrations() throws -> Migrations {
        try Migrations(folder: Directory(ProjectFolder.path + "/database/migrations"))
    }

    /// What is wrong with each function of ours that has its owner's rights.
    private func faults(of connection: Connection, schema: String = "public") throws -> [String] {
        try connection.run(
            """
            SELECT concat_ws(' ', p.oid::regprocedure, p.proacl, p.proconfig)
            FROM pg_proc AS p WHERE p.pronamespace = \(schema)::regnamespace AND p.prosecdef
                AND (EXISTS (SELECT FROM aclexplode(
                        coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE a.grantee = 0)
                    OR NOT EXISTS (SELECT FROM unnest(p.proconfig) AS c
                        WHERE c LIKE 'search_path=pg_catalog, ' || \(schema) || '%, pg_temp'))
            """
        ).map { try $0.value(0, as: String.self) }
    }

    @Test func coverFunctionsOfLaterMigrations() async throws {
        let database = try await TestDatabase()
        let connection = try database.connect()
        #expect(try faults(of: connection) == [])
        let count = try connection.run(
            """
            SELECT count(*) FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND prosecdef
            """)[0].value(0, as: Int.self)
        #expect(count >= 7)
        let folder = try TestFolder()
        try folder.write(
            "0900-later.sql",
            """
            CREATE FUNCTION robbieblocks_later() RETURNS text LANGUAGE sql SECURITY DEFINER
            AS 'SELECT current_user::text';
            """)
        try Migrations(folder: Directory(folder.path)).apply(on: connection)
        #expect(try faults(of: connection) == [])
    }

    /// A role that may connect, and nothing else, attaches every trigger function to a temporary table
    /// whose column runs code of that role when it is cast, and calls every other function.
    @Test func runNothingForARoleThatMayOnlyConnect() async throws {
        let database = try await TestDatabase()
        let owner = try database.connect()
        let role = "visitor_" + UUID().uuidString.lowercased().prefix(8)
        try owner.run("CREATE ROLE \(unsafeSQL: role) LOGIN")
        defer {
            _ = try? owner.run("DROP OWNED BY \(unsafeSQL: role)")
            _ = try? owner.run("DROP ROLE \(unsafeSQL: role)")
        }
        var target = database.target
        target.settings["user"] = role
        let attacker = try Connection(to: target)
        // What the cast runs, as whom.
        try attacker.run(
            script: """
                CREATE TEMPORARY TABLE ran_as (name text);
                GRANT ALL ON ran_as TO PUBLIC;
                CREATE TYPE pg_temp.bait AS (id integer);
                CREATE FUNCTION pg_temp.spring(pg_temp.bait) RETURNS text LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO pg_temp.ran_as VALUES (current_user); RETURN 'x'; END $$;
                CREATE FUNCTION pg_temp.spring_id(pg_temp.bait) RETURNS uuid LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO pg_temp.ran_as VALUES (current_user); RETURN NULL; END $$;
                CREATE CAST (pg_temp.bait AS text) WITH FUNCTION pg_temp.spring(pg_temp.bait)
                    AS IMPLICIT;
                CREATE CAST (pg_temp.bait AS uuid) WITH FUNCTION pg_temp.spring_id(pg_temp.bait)
                    AS IMPLICIT;
                CREATE TEMPORARY TABLE trap (
                    id pg_temp.bait, page_id pg_temp.bait, component_id pg_temp.bait,
                    node_id pg_temp.bait, app_namespace pg_temp.bait, enabled_apps text[],
                    updated_at timestamptz DEFAULT now());
                """)
        let functions = try owner.run(
            """
            SELECT oid::regprocedure::text, prorettype = 'trigger'::regtype, prosecdef
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
                AND (proname LIKE 'robbieblocks%' OR proname LIKE 'get\\_%')
            """
        ).map {
            (
                name: try $0.value(0, as: String.self), isTrigger: try $0.value(1, as: Bool.self),
                isDefiner: try $0.value(2, as: Bool.self)
            )
        }
        #expect(functions.contains { $0.isTrigger && $0.isDefiner })
        for function in functions {
            if function.isDefiner {
                let may = try attacker.run(
                    "SELECT has_function_privilege(\(function.name)::regprocedure, 'EXECUTE')")
                #expect(try !may[0].value(0, as: Bool.self), "\(function.name)")
            }
            guard function.isTrigger else { continue }
            for (event, tables) in [
                ("INSERT", "REFERENCING NEW TABLE AS after"),
                ("DELETE", "REFERENCING OLD TABLE AS before"), ("INSERT", ""),
            ] {
                let level = tables.isEmpty ? "ROW" : "STATEMENT"
                let attack = """
                    CREATE TRIGGER t AFTER \(event) ON trap \(tables)
                    FOR EACH \(level) EXECUTE FUNCTION \(function.name)
                    """
                do {
                    try attacker.run(Query(unsafeSQL: attack))
                } catch {
                    continue
                }
                _ = try? attacker.run("INSERT INTO trap VALUES (ROW(1)::pg_temp.bait)")
                _ = try? attacker.run("DELETE FROM trap")
                try attacker.run("DROP TRIGGER t ON trap")
            }
        }
        let others = try attacker.run("SELECT name FROM ran_as WHERE name <> \(role)").map {
            try $0.value(0, as: String.self)
        }
        #expect(others == [])
        // Triggers that were there before go on working.
        try owner.run("INSERT INTO users (email) VALUES ('a@b.example')")
        #expect(try owner.run("SELECT FROM audit_log").count == 1)
    }

    /// The address names the schema, in which the chat's role, too, finds everything.
    @Test func workInAnotherSchema() async throws {
        let database = try await TestDatabase()
        let name = "schemas_" + UUID().uuidString.lowercased().replacing("-", with: "")
        let admin = try database.connect()
        try admin.run("CREATE DATABASE \(unsafeSQL: name)")
        defer { _ = try? admin.run("DROP DATABASE \(unsafeSQL: name) WITH (FORCE)") }
        // pgvector stays where an admin put it.
        try Connection(to: database.target.database(name)).run("CREATE EXTENSION vector")
        let url =
            "postgresql://robbieblocks@/\(name)?host=\(database.target.settings["host"] ?? "")"
            + "&options=-csearch_path%3Dcms"
        let target = ConnectionTarget(url: url)
        let refused = try Program.robbieblocks("init", database: url)
        #expect(refused.status == 3)
        #expect(refused.errors.contains("no schema of this connection's search_path exists: cms"))
        try Connection(to: target).run("CREATE SCHEMA cms")
        let result = try Program.robbieblocks("init", database: url)
        #expect(result.status == 0, "\(result.errors)")
        let connection = try Connection(to: target)
        #expect(try faults(of: connection, schema: "cms") == [])
        let strays = try connection.run(
            """
            SELECT relname FROM pg_class AS c WHERE relnamespace = 'public'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
            """)
        #expect(strays.count == 0)
        // Audit and capture find their tables for sessions with any search path.
        try connection.run("SET search_path = public")
        try connection.run("INSERT INTO cms.users (email) VALUES ('a@b.example')")
        try connection.run("UPDATE cms.robbieblocks_pages SET content = 'x'")
        try connection.run("TRUNCATE cms.robbieblocks_style_tokens")
        #expect(try connection.run("SELECT FROM cms.audit_log WHERE action = 'insert'").count >= 1)
        #expect(
            try connection.run(
                """
                SELECT FROM cms.robbieblocks_change_triggers WHERE trigger_type = 'style_truncate'
                """
            ).count == 1)
        #expect(
            try connection.run("SELECT cms.robbieblocks_grant_chat()")[0]
                .optional(0, as: String.self) == nil)
        let indexed = try connection.run(
            "SELECT cms.robbieblocks_index_vectors('passage_embeddings', 3)")
        #expect(try indexed[0].value(0, as: Bool.self))
        var settings = ConnectionPool.Settings(size: 1)
        settings.acquireDeadline = 60_000
        let chat = ConnectionPool(to: target, role: "robbieblocks_chat", settings: settings)
        _ = try await chat.run("SELECT FROM messages")
        _ = try await chat.run("SELECT '[1,2]'::vector")
        await chat.close()
    }
}
