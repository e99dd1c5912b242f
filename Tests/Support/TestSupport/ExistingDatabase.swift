import Foundation
public import PostgreSQL

/// A database that another program made, with the names of the contract and other details.
///
/// It is a copy of nothing: no migration of ours was applied.
public final class ExistingDatabase: Sendable {
    public let target: ConnectionTarget
    public let url: String
    private let name: String
    private let server: TestDatabase

    /// - Parameter others: whether it has the tables of the chat's names, too, in other shapes.
    public init(others: Bool, rows: String = "") async throws {
        server = try await TestDatabase()
        name = "existing_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try server.connect().run("CREATE DATABASE \(unsafeSQL: name) TEMPLATE template0")
        target = server.target.database(name)
        url = "postgresql://robbieblocks@/\(name)?host=\(server.target.settings["host"] ?? "")"
        try run(Self.identifiers)
        if others { try run(Self.others) }
        try run(Self.content(users: others ? nil : "integer"))
        try run(Self.rows + rows)
    }

    deinit {
        _ = try? server.connect().run("DROP DATABASE IF EXISTS \(unsafeSQL: name) WITH (FORCE)")
    }

    public func connect() throws -> Connection { try Connection(to: target) }

    public func run(_ script: String) throws {
        let connection = try connect()
        try connection.run("SET search_path = public")
        try connection.run(script: script)
    }

    /// Everything of theirs: rows by the columns that they have now, definitions of views and
    /// functions.
    public struct Contents: Sendable {
        var columns: [String: String] = [:]
        public var rows: [String: [String]] = [:]
        public var definitions: [String: String] = [:]
    }

    /// - Parameter known: reads the columns that an earlier reading found.
    public func contents(as known: Contents? = nil) throws -> Contents {
        let connection = try connect()
        try connection.run("SET search_path = public")
        var contents = Contents()
        if let known {
            contents.columns = known.columns
        } else {
            for row in try connection.run(
                """
                SELECT c.relname::text, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                    AND a.attnum > 0 AND NOT a.attisdropped GROUP BY c.relname
                """
            ).map({ (try $0.value(0, as: String.self), try $0.value(1, as: String.self)) }) {
                contents.columns[row.0] = row.1
            }
        }
        for (table, columns) in contents.columns {
            contents.rows[table] = try connection.run(
                """
                SELECT r::text FROM (SELECT \(unsafeSQL: columns) FROM \(unsafeSQL: table)) AS r
                ORDER BY 1
                """
            ).map { try $0.value(0, as: String.self) }
        }
        for row in try connection.run(
            """
            SELECT oid::regclass::text, pg_get_viewdef(oid) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
            UNION ALL SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc AS p
            WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND NOT EXISTS (
                SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
            UNION ALL SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
            FROM pg_trigger WHERE NOT tgisinternal
            """
        ).map({ (try $0.value(0, as: String.self), try $0.value(1, as: String.self)) }) {
            contents.definitions[row.0] = row.1
        }
        return contents
    }
}

// MARK: - Statements

extension ExistingDatabase {
    /// uuid-ossp has this function; the server of the tests has no such extension.
    private static let identifiers = """
        CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE
        AS 'SELECT gen_random_uuid()';
        """

    /// - Parameter users: the type of ids of people; nil: uuid, in a table that is there.
    private static func content(users: String?) -> String {
        let id = "id UUID PRIMARY KEY DEFAULT uuid_generate_v4()"
        let times = "created_at TIMESTAMPTZ DEFAULT NOW(), updated_at TIMESTAMPTZ DEFAULT NOW()"
        return
            (users.map {
                "CREATE TABLE users (id \($0) PRIMARY KEY, email VARCHAR(255), pass_hash TEXT);"
            } ?? "") + """
                CREATE TABLE robbieblocks_pages (
                    \(id), page_key VARCHAR(255) UNIQUE NOT NULL, app_namespace VARCHAR(50) NOT NULL,
                    page_name VARCHAR(255) NOT NULL, page_route VARCHAR(255) NOT NULL,
                    layout_template VARCHAR(50) DEFAULT 'single-column', meta_title VARCHAR(255),
                    meta_description TEXT,
                    status VARCHAR(50) DEFAULT 'draft'
                        CHECK (status IN ('draft', 'published', 'archived')),
                    version INTEGER DEFAULT 1, published_at TIMESTAMPTZ,
                    created_by \(users ?? "uuid") REFERENCES users(id), metadata JSONB DEFAULT '{}',
                    \(times));
                CREATE TABLE robbieblocks_components (
                    \(id), component_key VARCHAR(255) UNIQUE NOT NULL,
                    component_name VARCHAR(255) NOT NULL, component_type VARCHAR(50) NOT NULL,
                    react_code TEXT NOT NULL, props_schema JSONB NOT NULL, css_styles TEXT,
                    dependencies TEXT[] DEFAULT '{}', version VARCHAR(20) DEFAULT '1.0.0',
                    is_published BOOLEAN DEFAULT false, preview_url TEXT, metadata JSONB DEFAULT '{}',
                    \(times));
                CREATE TABLE robbieblocks_page_blocks (
                    \(id), page_id UUID REFERENCES robbieblocks_pages(id) ON DELETE CASCADE,
                    component_id UUID REFERENCES robbieblocks_components(id),
                    block_order INTEGER NOT NULL, zone VARCHAR(50) NOT NULL,
                    props JSONB DEFAULT '{}', conditions JSONB DEFAULT '{}', \(times),
                    UNIQUE (page_id, block_order));
                CREATE TABLE robbieblocks_style_tokens (
                    \(id), token_key VARCHAR(255) UNIQUE NOT NULL, token_category VARCHAR(50) NOT NULL,
                    default_value TEXT NOT NULL, description TEXT, \(times));
                CREATE TABLE robbieblocks_node_branding (
                    \(id), node_id VARCHAR(100) UNIQUE NOT NULL, node_name VARCHAR(255) NOT NULL,
                    style_overrides JSONB NOT NULL, enabled_apps TEXT[] DEFAULT '{}', custom_css TEXT,
                    custom_scripts TEXT, \(times));
                CREATE TABLE robbieblocks_deploys (
                    \(id), node_id VARCHAR(100) NOT NULL, app_namespace VARCHAR(50) NOT NULL,
                    build_hash VARCHAR(64) NOT NULL, pages_count INTEGER, components_count INTEGER,
                    deploy_status VARCHAR(50) DEFAULT 'pending' CHECK (deploy_status IN
                        ('pending', 'building', 'deploying', 'success', 'failed')),
                    build_duration_ms INTEGER, deploy_duration_ms INTEGER, error_message TEXT,
                    build_log TEXT, started_at TIMESTAMPTZ DEFAULT NOW(), completed_at TIMESTAMPTZ,
                    triggered_by VARCHAR(50) NOT NULL);
                CREATE TABLE robbieblocks_change_triggers (
                    \(id), trigger_type VARCHAR(50) NOT NULL, entity_type VARCHAR(50) NOT NULL,
                    entity_id UUID NOT NULL, affected_apps TEXT[], affected_nodes TEXT[],
                    auto_deploy BOOLEAN DEFAULT true, created_at TIMESTAMPTZ DEFAULT NOW(),
                    processed_at TIMESTAMPTZ);
                CREATE INDEX idx_pages_app ON robbieblocks_pages (app_namespace);

                CREATE FUNCTION trigger_page_rebuild() RETURNS TRIGGER LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO robbieblocks_change_triggers
                        (trigger_type, entity_type, entity_id, affected_apps)
                    VALUES ('page_update', 'page', NEW.id, ARRAY[NEW.app_namespace]);
                    PERFORM pg_notify('robbieblocks_change',
                        json_build_object('type', 'page', 'row', row_to_json(NEW))::text);
                    RETURN NEW;
                END $$;
                CREATE TRIGGER page_update_trigger AFTER INSERT OR UPDATE ON robbieblocks_pages
                    FOR EACH ROW EXECUTE FUNCTION trigger_page_rebuild();
                CREATE FUNCTION trigger_component_rebuild() RETURNS TRIGGER LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_notify('robbieblocks_change', json_build_object('id', NEW.id)::text);
                    RETURN NEW;
                END $$;
                CREATE TRIGGER component_update_trigger AFTER UPDATE ON robbieblocks_components
                    FOR EACH ROW EXECUTE FUNCTION trigger_component_rebuild();
                CREATE FUNCTION trigger_branding_rebuild() RETURNS TRIGGER LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_notify('robbieblocks_change', json_build_object('id', NEW.id)::text);
                    RETURN NEW;
                END $$;
                CREATE TRIGGER branding_update_trigger AFTER UPDATE ON robbieblocks_node_branding
                    FOR EACH ROW EXECUTE FUNCTION trigger_branding_rebuild();

                CREATE FUNCTION get_page_config(p_key VARCHAR) RETURNS JSON LANGUAGE sql AS $$
                    SELECT json_build_object('page', row_to_json(p), 'blocks', (
                        SELECT json_agg(json_build_object('block', b, 'component', c)
                            ORDER BY b.block_order)
                        FROM robbieblocks_page_blocks b
                        JOIN robbieblocks_components c ON c.id = b.component_id
                        WHERE b.page_id = p.id))
                    FROM robbieblocks_pages p WHERE p.page_key = p_key $$;
                CREATE FUNCTION get_node_styles(p_node VARCHAR) RETURNS JSON LANGUAGE sql AS $$
                    SELECT json_build_object('overrides', style_overrides)
                    FROM robbieblocks_node_branding WHERE node_id = p_node $$;
                CREATE VIEW robbieblocks_active_deploys AS
                    SELECT id, node_id, app_namespace, deploy_status, started_at,
                        EXTRACT(EPOCH FROM (NOW() - started_at)) AS running_seconds,
                        build_duration_ms, deploy_duration_ms
                    FROM robbieblocks_deploys WHERE deploy_status IN ('building', 'deploying');
                CREATE VIEW robbieblocks_published_pages AS
                    SELECT app_namespace, COUNT(*) AS page_count, MAX(page_name) AS last_name
                    FROM robbieblocks_pages WHERE status = 'published' GROUP BY app_namespace;
                """
    }

    /// Tables of the chat's names, and one more.
    private static let others = """
        CREATE EXTENSION vector;
        CREATE TABLE users (
            id UUID PRIMARY KEY DEFAULT uuid_generate_v4(), email TEXT UNIQUE NOT NULL,
            password_hash TEXT NOT NULL);
        CREATE TABLE sessions (
            id UUID PRIMARY KEY DEFAULT uuid_generate_v4(), user_id UUID REFERENCES users(id),
            token TEXT NOT NULL, expires_at TIMESTAMPTZ NOT NULL);
        CREATE TABLE conversations (
            id UUID PRIMARY KEY DEFAULT uuid_generate_v4(), user_id UUID REFERENCES users(id),
            title TEXT, created_at TIMESTAMPTZ DEFAULT NOW());
        CREATE TABLE messages (
            id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
            conversation_id UUID REFERENCES conversations(id), role TEXT, content TEXT,
            embedding vector(1536));
        CREATE TABLE audit_log (
            id BIGSERIAL PRIMARY KEY, table_name TEXT NOT NULL, old_row JSONB, new_row JSONB);
        CREATE TABLE ai_personalities (
            id VARCHAR(50) PRIMARY KEY, name TEXT NOT NULL, system_prompt TEXT NOT NULL);
        CREATE TABLE documents (id UUID PRIMARY KEY DEFAULT uuid_generate_v4(), body TEXT);
        CREATE TABLE widgets (id UUID PRIMARY KEY DEFAULT uuid_generate_v4(), label TEXT);
        INSERT INTO users (email, password_hash) VALUES ('allan@example.com', 'x');
        INSERT INTO sessions (user_id, token, expires_at) SELECT id, 't', NOW() FROM users;
        INSERT INTO conversations (user_id, title) SELECT id, 'theirs' FROM users;
        INSERT INTO messages (conversation_id, role, content, embedding)
            SELECT id, 'user', 'theirs', array_fill(0.5, ARRAY[1536])::vector FROM conversations;
        INSERT INTO audit_log (table_name) VALUES ('theirs');
        INSERT INTO ai_personalities VALUES ('robbie', 'Robbie', 'Be kind.');
        INSERT INTO documents (body) VALUES ('theirs');
        INSERT INTO widgets (label) VALUES ('theirs');
        """

    private static let rows = """
        INSERT INTO robbieblocks_node_branding (node_id, node_name, style_overrides, enabled_apps)
        VALUES ('vengeance-local', 'Vengeance', '{"theme": "dark"}', '{play}'),
            ('collaboration-local', 'Collaboration', '{}', '{work}');
        INSERT INTO robbieblocks_style_tokens (token_key, token_category, default_value)
        VALUES ('color.primary', 'color', '#123456');
        INSERT INTO robbieblocks_components
            (component_key, component_name, component_type, react_code, props_schema, is_published)
        VALUES ('score', 'Score', 'widget', 'const Score = ({ points }) => <b>{points} points</b>;',
            '{"points": {"type": "integer", "default": 7}}', true);
        INSERT INTO robbieblocks_pages
            (page_key, app_namespace, page_name, page_route, status, metadata)
        VALUES ('play-home', 'play', 'Play', '/', 'published', '{"menu": "Play"}'),
            ('play-draft', 'play', 'Draft', '/draft/', NULL, '{}');
        INSERT INTO robbieblocks_page_blocks (page_id, component_id, block_order, zone)
        SELECT p.id, c.id, 1, 'main' FROM robbieblocks_pages p, robbieblocks_components c
        WHERE p.page_key = 'play-home';
        INSERT INTO robbieblocks_page_blocks (page_id, block_order, zone) VALUES (NULL, 1, 'main');
        INSERT INTO robbieblocks_deploys
            (node_id, app_namespace, build_hash, deploy_status, triggered_by, started_at)
        SELECT 'vengeance-local', 'all', 'theirs', 'success', 'manual', NOW() - n * interval '1 day'
        FROM generate_series(1, 1100) AS n;
        INSERT INTO robbieblocks_deploys
            (node_id, app_namespace, build_hash, deploy_status, triggered_by)
        VALUES ('vengeance-local', 'play', 'theirs', 'building', 'page_change'),
            ('vengeance-local', 'play', 'theirs', NULL, 'page_change');
        INSERT INTO robbieblocks_change_triggers
            (trigger_type, entity_type, entity_id, affected_apps, created_at, processed_at)
        SELECT 'page_update', 'page', id, '{play}'::text[], NOW() - interval '30 days', NULL
        FROM robbieblocks_pages
        UNION ALL SELECT 'page_update', 'page', id, '{play}'::text[], NOW() - interval '2 days', NOW()
        FROM robbieblocks_pages;
        """
}
