import Diagnostics
import FoundationEssentials
public import PostgreSQL
public import SiteModel
import SystemSupport

/// One instant of the database, read through one transaction.
///
/// Everything that is read here, however much later, is of the instant at which the snapshot was
/// opened. The connection lives on a thread of its own and is closed with the snapshot.
public actor ContentSnapshot {
    private let executor: ThreadExecutor
    private let connection: Connection
    private var componentKeys: [UUID: String] = [:]

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// The largest `content` of a page, in bytes; a longer one is reported and not read.
    public static let contentLimit = 1 << 20
    /// The largest `props`, `metadata` or `conditions`, in bytes of JSON text.
    public static let jsonLimit = 256 << 10

    /// Connects and opens the snapshot.
    public init(of database: ConnectionTarget) throws {
        executor = ThreadExecutor(name: "rb-snapshot")
        connection = try Connection(to: database)
        try connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    }

    /// Every node, by its id.
    public func nodes() throws -> [Node] {
        try connection.run(
            """
            SELECT node_id, node_name, coalesce(style_overrides, '{}'), coalesce(enabled_apps, '{}'),
                coalesce(custom_css, ''), coalesce(custom_scripts, ''), coalesce(metadata, '{}')
            FROM robbieblocks_node_branding ORDER BY node_id
            """
        ).map { row in
            let id: String = try row.value(0)
            let overrides = try Self.object(row, 2, at: .init(node: id, field: "style_overrides"))
            return Node(
                id: id, name: try row.optional(1) ?? id,
                styleOverrides: overrides.filter { $0.key != "theme" }
                    .mapValues { $0.string ?? $0.text },
                theme: overrides["theme"]?.string,
                enabledApps: try row.value(3), customCSS: try row.value(4),
                customScripts: try row.value(5),
                metadata: .object(
                    try Self.object(row, 6, at: .init(node: id, field: "metadata"))))
        }
    }

    /// What the snapshot says about `node`, but the bodies of its pages.
    ///
    /// - Parameter includesDrafts: also pages and components that are not published yet.
    /// - Throws: a diagnostic `unknown-node` that suggests the nearest node.
    public func content(node id: String, includesDrafts: Bool) throws -> SiteContent {
        let nodes = try nodes()
        guard let node = nodes.first(where: { $0.id == id }) else {
            throw Diagnostic(
                .unknownNode, "there is no node '\(id)'",
                hint: suggestion(for: id, among: nodes.map(\.id)))
        }
        let knownApps = nodes.reduce(into: SiteContent.contractApps) {
            // An app with a typo in one node is known only if some page belongs to it.
            $0.formUnion($1.enabledApps)
        }
        let pagesApps = Set(
            try connection.run("SELECT DISTINCT app_namespace FROM robbieblocks_pages")
                .map { try $0.value(0, as: String.self) })
        let now = try connection.run("SELECT now()")[0].value(0, as: Timestamp.self).milliseconds
        let apps = Array(node.apps).sorted()
        let stray = try pages(
            where: "app_namespace <> ALL (\(Array(knownApps).sorted())::text[])",
            includesDrafts: includesDrafts)
        return SiteContent(
            node: node, nodeIDs: Set(nodes.map(\.id)),
            knownApps: SiteContent.contractApps.union(pagesApps.intersection(knownApps)),
            pages: try pages(
                where: "app_namespace = ANY (\(apps)::text[])", includesDrafts: includesDrafts),
            strayPages: stray,
            components: try components(apps: apps, includesDrafts: includesDrafts),
            tokens: Dictionary(
                try connection.run("SELECT token_key, default_value FROM robbieblocks_style_tokens")
                    .map { (try $0.value(0, as: String.self), try $0.optional(1) ?? "") },
                uniquingKeysWith: { first, _ in first }),
            now: now)
    }

    private func pages(where apps: Query, includesDrafts: Bool) throws -> [Page] {
        try connection.run(
            """
            SELECT id, page_key, app_namespace, coalesce(page_name, page_key), page_route,
                coalesce(layout_template, 'single-column'), coalesce(meta_title, ''),
                coalesce(meta_description, ''), coalesce(updated_at, created_at, 'epoch'),
                CASE jsonb_typeof(metadata -> 'menu')
                    WHEN 'string' THEN metadata ->> 'menu'
                    WHEN 'boolean' THEN CASE WHEN (metadata -> 'menu')::boolean THEN page_name END
                END,
                CASE jsonb_typeof(metadata -> 'menu_order')
                    WHEN 'number' THEN
                        least(greatest((metadata ->> 'menu_order')::numeric, -1e9), 1e9)::integer
                END,
                coalesce(metadata -> 'trusted' = 'true', false)
            FROM robbieblocks_pages WHERE \(apps) AND \(Self.live(includesDrafts: includesDrafts))
            ORDER BY page_route COLLATE "C", page_key COLLATE "C"
            """
        ).map { row in
            Page(
                id: try row.value(0), key: try row.value(1), app: try row.value(2),
                name: try row.value(3), route: try row.optional(4) ?? "",
                layout: try row.value(5), metaTitle: try row.value(6),
                metaDescription: try row.value(7),
                updatedAtMilliseconds: try row.value(8, as: Timestamp.self).milliseconds,
                menuLabel: try row.optional(9), menuOrder: try row.optional(10) ?? 1000,
                isTrusted: try row.value(11))
        }
    }

    /// The components that the pages of `apps` place.
    private func components(apps: [String], includesDrafts: Bool) throws -> [String: Component] {
        let result = try connection.run(
            """
            SELECT id, component_key, react_code, css_styles, props_schema,
                coalesce(dependencies, '{}'), is_published, metadata ->> 'hydrate'
            FROM robbieblocks_components WHERE id IN (
                SELECT component_id FROM robbieblocks_page_blocks WHERE page_id IN (
                    SELECT id FROM robbieblocks_pages
                    WHERE app_namespace = ANY (\(apps)::text[])
                        AND \(Self.live(includesDrafts: includesDrafts))))
            """)
        componentKeys = [:]
        var components: [String: Component] = [:]
        for index in 0..<result.count {
            let row = result[index]
            let key: String = try row.value(1)
            componentKeys[try row.value(0)] = key
            let isPublished: Bool = try row.optional(6) ?? false
            components[key] = Component(
                key: key, code: try row.optional(2), styles: try row.optional(3),
                propsSchema: try Self.json(
                    row, 4, at: .init(component: key, field: "props_schema")),
                dependencies: try row.value(5),
                isPublished: isPublished || includesDrafts, hydrate: try row.optional(7))
        }
        return components
    }

    private static func live(includesDrafts: Bool) -> Query {
        includesDrafts
            ? "status <> 'archived'"
            : "status = 'published' AND (published_at IS NULL OR published_at <= now())"
    }

    /// The bodies of the given pages, in the same order.
    ///
    /// What is over its limit is not read: the body says so in `excesses`.
    public func bodies(of pages: [Page]) throws -> [PageBody] {
        let ids = pages.map(\.id)
        var bodies: [UUID: PageBody] = Site.builtInBodies
        let contents = try connection.run(
            """
            SELECT id, octet_length(content), octet_length(metadata::text),
                CASE WHEN octet_length(content) <= \(Self.contentLimit)::integer THEN content END,
                CASE WHEN octet_length(metadata::text) <= \(Self.jsonLimit)::integer
                    THEN metadata END
            FROM robbieblocks_pages WHERE id = ANY (\(ids)::uuid[])
            """)
        for index in 0..<contents.count {
            let row = contents[index]
            let id: UUID = try row.value(0)
            var body = PageBody(
                pageID: id, content: try row.optional(3, as: Bytes.self)?.bytes ?? [],
                metadata: try row.optional(4, as: JSONText.self)?.bytes ?? Array("{}".utf8))
            try body.note(row, 1, "content", limit: Self.contentLimit)
            try body.note(row, 2, "metadata", limit: Self.jsonLimit)
            bodies[id] = body
        }
        let blocks = try connection.run(
            """
            SELECT page_id, component_id, block_order, coalesce(zone, 'main'),
                octet_length(props::text), octet_length(conditions::text),
                CASE WHEN octet_length(props::text) <= \(Self.jsonLimit)::integer THEN props END,
                CASE WHEN octet_length(conditions::text) <= \(Self.jsonLimit)::integer
                    AND conditions <> '{}' THEN conditions END
            FROM robbieblocks_page_blocks WHERE page_id = ANY (\(ids)::uuid[])
            ORDER BY page_id, block_order
            """)
        for index in 0..<blocks.count {
            let row = blocks[index]
            let page: UUID = try row.value(0)
            let component = try row.optional(1, as: UUID.self).flatMap { componentKeys[$0] }
            let order = try row.optional(2, as: Int.self) ?? 0
            bodies[page]?.blocks.append(
                Block(
                    componentKey: component, order: order, zone: try row.value(3),
                    props: try row.optional(6, as: JSONText.self)?.bytes ?? Array("{}".utf8),
                    conditions: try row.optional(7, as: JSONText.self)?.bytes ?? []))
            try bodies[page]?.note(row, 4, "props", block: order, limit: Self.jsonLimit)
            try bodies[page]?.note(row, 5, "conditions", block: order, limit: Self.jsonLimit)
        }
        return pages.map { bodies[$0.id] ?? PageBody(pageID: $0.id) }
    }

    /// - Throws: a diagnostic that names the row; the database takes numbers that no program can.
    private static func json(
        _ row: QueryResult.Row, _ column: Int, at location: Diagnostic.Location
    ) throws -> JSONValue? {
        guard let json = try row.optional(column, as: JSONText.self) else { return nil }
        do {
            return try JSONValue(parsing: json.text)
        } catch {
            throw Diagnostic(
                .badMetadata, "the JSON cannot be read", at: location,
                hint: "look for a number out of all bounds or for very deep nesting")
        }
    }

    private static func object(
        _ row: QueryResult.Row, _ column: Int, at location: Diagnostic.Location
    ) throws -> [String: JSONValue] {
        guard let value = try json(row, column, at: location), value != .null else { return [:] }
        guard let members = value.object else {
            throw Diagnostic(.badMetadata, "the value is not a JSON object", at: location)
        }
        return members
    }
}

extension PageBody {
    /// Keeps that the value whose size is in `column` was over its limit, when it was.
    fileprivate mutating func note(
        _ row: QueryResult.Row, _ column: Int, _ field: String, block: Int? = nil, limit: Int
    ) throws {
        guard let size = try row.optional(column, as: Int.self), size > limit else { return }
        excesses.append(Excess(field: field, block: block, size: size, limit: limit))
    }
}
