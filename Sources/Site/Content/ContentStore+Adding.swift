import Core
import PostgreSQL
import SiteModel

extension ContentStore {
    /// Adds one page, after checking its key, route and app against the other rows.
    ///
    /// - Throws: a diagnostic when no node builds the app, or when another page has the key or the
    ///   route.
    public func add(_ page: NewPage) throws -> AddedPage {
        let connection = try writable()
        return try connection.transaction { connection in
            // If two sessions add the same page, one waits and is refused.
            try connection.run("SELECT pg_advisory_xact_lock(hashtext('robbieblocks page add'))")
            let nodes = try Self.nodes(building: page, on: connection)
            try Self.requireFreeRoute(of: page, on: connection)
            if let key = page.key { try Self.requireFree(key, on: connection) }
            let metadata = page.menu.map { JSONValue.object(["menu": .string($0)]).text } ?? "{}"
            let rows = try connection.run(
                """
                INSERT INTO robbieblocks_pages (page_key, app_namespace, page_name, page_route,
                    layout_template, meta_description, content, status, metadata)
                VALUES (\(page.key), \(page.app), \(page.name), \(page.route), \(page.layout),
                    \(page.description), \(page.content),
                    \(page.isDraft ? "draft" : "published"), \(metadata)::text::jsonb)
                ON CONFLICT (page_key) DO NOTHING RETURNING page_key
                """)
            guard rows.count == 1 else {
                throw Diagnostic(
                    .usage, "another page has the key that follows from the route '\(page.route)'",
                    hint: "give the page another one with --key")
            }
            return AddedPage(
                key: try rows[0].value(0), nodes: nodes,
                frame: try connection.run(
                    """
                    SELECT frame_key FROM (
                        -- Of rows with one component in one zone, the one for fewer pages.
                        SELECT DISTINCT ON (node, component_id, zone) frame_key, zone, block_order
                        FROM unnest(\(nodes)::text[]) AS node
                        JOIN robbieblocks_frame_blocks AS frame
                            ON frame.node_id IS NULL OR frame.node_id = node
                        WHERE is_active AND component_id IS NOT NULL
                            AND (app_namespace IS NULL OR app_namespace = \(page.app))
                            AND (layout_template IS NULL OR layout_template = \(page.layout))
                        ORDER BY node, component_id, zone, layout_template IS NULL,
                            app_namespace IS NULL, frame.node_id IS NULL
                    ) AS chosen
                    GROUP BY frame_key
                    ORDER BY min(array_position(\(Zone.allCases.map(\.rawValue))::text[],
                        zone::text)), min(block_order), frame_key
                    """
                ).map { try $0.value(0) })
        }
    }

    private static func nodes(building page: NewPage, on connection: Connection) throws -> [String]
    {
        let nodes = try connection.run(
            """
            SELECT node_id, coalesce(enabled_apps, '{}') FROM robbieblocks_node_branding
            ORDER BY node_id
            """
        ).map { (try $0.value(0, as: String.self), try $0.value(1, as: [String].self)) }
        // By bytes, as the builds of the nodes do.
        let building = nodes.filter {
            page.app == "shared" || $0.1.contains { $0.isUTF8Equal(to: page.app) }
        }
        guard !building.isEmpty else {
            let apps = Set(nodes.flatMap(\.1)).union(["shared"])
            throw Diagnostic(
                .unknownApp, "no node builds the app '\(page.app)'",
                hint: suggestion(for: page.app, among: Array(apps))
                    ?? "give one of these with --app: \(apps.sorted().joined(separator: ", "))")
        }
        return building.map(\.0)
    }

    /// Two pages may share a route when no node builds both.
    private static func requireFreeRoute(of page: NewPage, on connection: Connection) throws {
        let other = try connection.run(
            """
            SELECT page_key FROM robbieblocks_pages
            WHERE status IS DISTINCT FROM 'archived'
                AND lower(rtrim(page_route, '/')) = lower(rtrim(\(page.route), '/'))
                AND (app_namespace = \(page.app) OR 'shared' IN (app_namespace, \(page.app))
                    OR EXISTS (
                        SELECT FROM robbieblocks_node_branding
                        WHERE app_namespace = ANY (enabled_apps) AND \(page.app) = ANY (enabled_apps)))
            ORDER BY page_key LIMIT 1
            """)
        guard other.count == 1 else { return }
        throw Diagnostic(
            .routeCollision,
            "the route '\(page.route)' is that of page '\(try other[0].value(0, as: String.self))'",
            hint: "give another route, or edit that page")
    }

    private static func requireFree(_ key: String, on connection: Connection) throws {
        let rows = try connection.run(
            "SELECT FROM robbieblocks_pages WHERE page_key = \(key)")
        guard rows.count > 0 else { return }
        throw Diagnostic(
            .usage, "there is a page with the key '\(key)'", hint: "give another --key")
    }
}
