import Core
public import FoundationEssentials
import PostgreSQL
public import SiteModel

extension ContentStore {
    /// Returns every node, by its id. An unreadable JSON column counts as empty and is listed in
    /// the node's `unreadable`, so that it does not stop the builds of other nodes.
    public func nodes() throws -> [Node] {
        // A NULL among the apps becomes the app '', which is reported as unknown.
        try connected().run(
            """
            SELECT node_id, node_name, coalesce(style_overrides, '{}'),
                array_replace(coalesce(enabled_apps, '{}'), NULL, ''),
                coalesce(custom_css, ''), coalesce(custom_scripts, ''), coalesce(metadata, '{}')
            FROM robbieblocks_node_branding ORDER BY node_id
            """
        ).map { row in
            let id: String = try row.value(0)
            var unreadable: [Diagnostic] = []
            func object(_ column: Int, _ field: String) throws -> [String: JSONValue] {
                do {
                    return try row.object(column, at: .init(node: id, field: field))
                } catch let fault as Diagnostic {
                    unreadable.append(fault)
                    return [:]
                }
            }
            let overrides = try object(2, "style_overrides")
            let metadata = try object(6, "metadata")
            return Node(
                id: id, name: try row.optional(1) ?? id,
                // A value that is neither a text nor a number is refused.
                styleOverrides: overrides.filter { $0.key != "theme" }
                    .mapValues { $0.string ?? ($0 == .null ? "" : $0.text) },
                theme: overrides["theme"].flatMap { $0 == .null ? nil : $0.string ?? $0.text },
                enabledApps: try row.value(3), customCSS: try row.value(4),
                customScripts: try row.value(5),
                metadata: .object(metadata), unreadable: unreadable)
        }
    }

    /// Returns the snapshot's content of `node`, except the bodies of its pages.
    ///
    /// - Parameters:
    ///   - includesDrafts: whether to include unpublished pages and components.
    ///   - use: which pages determine the node's components.
    ///   - apps: those of the newest release, to use instead of those of the row.
    /// - Throws: a diagnostic `unknown-node` that suggests the nearest node.
    public func content(
        node id: String, includesDrafts: Bool, use: ComponentUse = ComponentUse(),
        apps: [String]? = nil
    ) throws -> NodeContent {
        let (content, pages) = try read(
            node: id, pages: Self.pageColumns, includesDrafts: includesDrafts, use: use, apps: apps)
        var complete = content
        complete.pages = try self.pages(in: pages)
        return complete
    }

    /// Returns the snapshot's content of `node` without its pages, and the stamp of each page.
    ///
    /// This is enough to find the pages that differ. The database reads every page's content for
    /// it, so it is not used for every build.
    public func outline(
        node id: String, includesDrafts: Bool, use: ComponentUse = ComponentUse(),
        apps: [String]? = nil
    ) throws -> (content: NodeContent, stamps: [UUID: PageStamp]) {
        let (content, pages) = try read(
            node: id,
            pages: "page.id, \(unsafeSQL: Self.versionColumn), \(unsafeSQL: Self.digestColumn)",
            blocks: "\(unsafeSQL: Self.blockDigest) AS digest", includesDrafts: includesDrafts,
            use: use, apps: apps)
        var stamps: [UUID: PageStamp] = [:]
        stamps.reserveCapacity(pages.count)
        for index in 0..<pages.count {
            let row = pages[index]
            stamps[try row.value(0)] = PageStamp(
                version: Int64(try row.value(1, as: Int.self)),
                digest: Int64(try row.value(2, as: Int.self)))
        }
        return (content, stamps)
    }

    /// - Parameters:
    ///   - columns: the columns read from each page.
    ///   - sums: the values read from its blocks, besides their version.
    private func read(
        node id: String, pages columns: Query, blocks sums: Query? = nil, includesDrafts: Bool,
        use: ComponentUse, apps: [String]?
    ) throws -> (content: NodeContent, pages: QueryResult) {
        let nodes = try nodes()
        guard var node = nodes.first(where: { $0.id == id }) else {
            throw Diagnostic(
                .unknownNode, "there is no node '\(id)'",
                hint: suggestion(for: id, among: nodes.map(\.id)))
        }
        node.publishedApps = apps
        let known = Self.apps(of: node, among: nodes)
        let results = try connected().run([
            "SELECT now()", Self.tokenQuery,
            Self.componentQuery(of: node, includesDrafts: includesDrafts, use: use),
            Self.nextPublicationQuery(of: node),
            Self.frameQuery(of: node, includesDrafts: includesDrafts),
            Self.knownAppQuery(among: known),
            Self.pageQuery(
                Self.pageColumns, where: "app_namespace <> ALL (\(known)::text[])",
                includesDrafts: includesDrafts),
            Self.pageQuery(
                columns, where: "app_namespace = ANY (\(node.apps.sorted())::text[])",
                blocks: sums, includesDrafts: includesDrafts),
        ])
        let content = NodeContent(
            node: node, nodeIDs: Set(nodes.map(\.id)),
            knownApps: try Self.knownApps(in: results[5]), pages: [],
            strayPages: try self.pages(in: results[6]),
            components: try Self.components(in: results[2], includesDrafts: includesDrafts),
            frame: try frame(in: results[4]),
            tokens: try Self.tokens(in: results[1]),
            now: try results[0][0].value(0, as: Timestamp.self).milliseconds,
            nextPublication: includesDrafts ? nil : try results[3][0].optional(0),
            hasDrafts: includesDrafts)
        return (content, results[7])
    }

    /// Returns the apps that have pages, among those that nodes enable, and those of the contract.
    public func knownApps(of node: Node) throws -> Set<String> {
        let apps = Self.apps(of: node, among: try nodes())
        return try Self.knownApps(in: try connected().run(Self.knownAppQuery(among: apps)))
    }

    /// Returns every app that a page may belong to, sorted.
    private static func apps(of node: Node, among nodes: [Node]) -> [String] {
        nodes.reduce(into: NodeContent.contractApps.union(node.apps)) {
            $0.formUnion($1.enabledApps.filter(\.isComposed))
        }.sorted()
    }

    private static func knownApps(in result: QueryResult) throws -> Set<String> {
        NodeContent.contractApps.union(try result.map { try $0.value(0, as: String.self) })
    }

    /// Returns the current versions of the given pages, in the order of their routes.
    ///
    /// Pages that are deleted, not live or in another node's apps are missing. Pages in no node's
    /// app are included, and so are those in apps that the node's row has and the site lacks.
    public func pagesWithBodies(
        _ ids: [UUID], of node: Node, includesDrafts: Bool
    ) throws -> [(Page, PageBody)] {
        let query = Self.pageQuery(
            Self.pageColumns,
            where: """
                page.id = ANY (\(ids)::uuid[])
                    AND (app_namespace = ANY (
                            \(node.apps.union(node.enabledApps).sorted())::text[])
                        OR app_namespace <> ALL (\(NodeContent.contractApps.sorted())::text[])
                            AND NOT EXISTS (SELECT FROM robbieblocks_node_branding
                                WHERE app_namespace = ANY (enabled_apps)))
                """,
            areFew: true, includesDrafts: includesDrafts)
        let results = try connected().run([query] + Self.bodyQueries(of: ids))
        let pages = try pages(in: results[0])
        let bodies = try bodies(of: pages, in: Array(results.dropFirst()))
        return Array(zip(pages, bodies))
    }

    /// Returns the live pages of the node whose `published_at` is past and later than `after`
    /// (milliseconds since 1970).
    public func pagesPublished(after: Int, of node: Node) throws -> [UUID] {
        try connected().run(
            """
            SELECT id FROM robbieblocks_pages
            WHERE status = 'published' AND published_at <= now()
                AND published_at > 'epoch'::timestamptz + \(after)::bigint * interval '1 ms'
                AND app_namespace = ANY (\(node.apps.sorted())::text[])
            ORDER BY id
            """
        ).map { try $0.value(0) }
    }

    /// Returns when the next page of the node is published by its date, in milliseconds since 1970.
    public func nextPublication(of node: Node) throws -> Int? {
        try connected().run(Self.nextPublicationQuery(of: node))[0].optional(0)
    }

    /// Returns the components that the live pages of the node place, by key.
    public func components(
        of node: Node, includesDrafts: Bool, use: ComponentUse = ComponentUse()
    ) throws -> [String: Component] {
        let query = Self.componentQuery(of: node, includesDrafts: includesDrafts, use: use)
        return try Self.components(
            in: try connected().run(query), includesDrafts: includesDrafts)
    }

    /// `robbieblocks_style_tokens`: key → default value.
    public func tokens() throws -> [String: String] {
        try Self.tokens(in: try connected().run(Self.tokenQuery))
    }
}

// MARK: - Rows

extension ContentStore {
    /// Reads rows of `pageColumns`.
    private func pages(in result: QueryResult) throws -> [Page] {
        guard try !connected().hasEncoding else { return try result.map { try Page($0) } }
        let texts = [
            (1, "page_key"), (2, "app_namespace"), (3, "page_name"), (4, "page_route"),
            (5, "layout_template"), (6, "meta_title"), (7, "meta_description"), (9, "metadata"),
        ]
        return try result.map { row in
            var page = try Page(row)
            page.unreadableFields = texts.filter { !row.isUTF8($0.0) }.map(\.1)
            return page
        }
    }

    private static func components(
        in result: QueryResult, includesDrafts: Bool
    ) throws -> [String: Component] {
        var components: [String: Component] = [:]
        for index in 0..<result.count {
            let row = result[index]
            let key: String = try row.value(0)
            let isPublished: Bool = try row.optional(5) ?? false
            // Keys that are canonically equivalent in Unicode are one key of a dictionary; only one
            // of them is valid.
            if let other = components[key], !other.key.isUTF8Equal(to: key) {
                guard Component.isValidKey(key) else { continue }
                components[key] = nil
            }
            let schema = try row.schema(3, of: key)
            let isObject = try row.value(8, as: String.self) == "object"
            components[key] = Component(
                key: key, code: try row.optional(1), styles: try row.optional(2),
                propsSchema: try? schema.get(),
                dependencies: try row.value(4),
                isPublished: isPublished || includesDrafts, hydrate: try row.optional(6),
                isPlaced: try row.value(7),
                fault: schema.fault
                    ?? (isObject
                        ? nil
                        : Diagnostic(
                            .badMetadata, "the metadata is not a JSON object",
                            at: .init(component: key, field: "metadata"))))
        }
        return components
    }

    private static func tokens(in result: QueryResult) throws -> [String: String] {
        Dictionary(
            try result.map { (try $0.value(0, as: String.self), try $0.optional(1) ?? "") },
            uniquingKeysWith: { first, _ in first })
    }
}

extension Page {
    fileprivate init(_ row: QueryResult.Row) throws {
        self.init(
            id: try row.value(0), key: try row.value(1), app: try row.value(2),
            name: try row.value(3), route: try row.optional(4) ?? "",
            layout: try row.value(5), metaTitle: try row.value(6),
            metaDescription: try row.value(7),
            updatedAtMilliseconds: try row.value(8, as: Timestamp.self).milliseconds,
            menuLabel: try row.optional(9), menuOrder: try row.optional(10) ?? 1000,
            isTrusted: try row.value(11), isHiddenFromSearch: try row.value(13),
            version: Int64(try row.value(12, as: Int.self)))
    }
}

extension Result {
    fileprivate var fault: Failure? {
        if case .failure(let fault) = self { fault } else { nil }
    }
}
