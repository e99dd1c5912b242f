import PostgreSQL
import SiteModel

/// The statements that read the content of a node.
extension ContentStore {
    /// The columns that `Page.init` reads.
    static let pageColumns: Query = """
        page.id, page_key, app_namespace, coalesce(page_name, page_key), page_route,
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
        coalesce(metadata -> 'trusted' = 'true', false), \(unsafeSQL: versionColumn),
        coalesce(metadata -> 'noindex' = 'true', false)
        """

    /// A row's xmin is the transaction that wrote it. Every commit to the page or its blocks, with
    /// or without triggers, changes the version.
    static let versionColumn =
        "hash_record_extended(ROW(page.xmin, page.id), coalesce(block.version, 0))"

    /// Covers every column of a page's own rows that its HTML may depend on. It detects the same
    /// changes as the version, but reads all columns and does not rely on transaction numbers. A
    /// column that pages newly read must be added here.
    static let digestColumn = """
        hash_record_extended(
            ROW(page.id, page_key, app_namespace, page_name, page_route, layout_template, meta_title,
                meta_description, status, published_at, created_at, updated_at, metadata::text,
                content), coalesce(block.digest, 0))
        """
    /// Text instead of jsonb, because a page shows whether a number is 1 or 1.0.
    static let blockDigest = """
        bit_xor(hash_record_extended(
            ROW(id, component_id, block_order, zone, props::text, conditions::text), 0))
        """

    /// - Parameters:
    ///   - columns: of `page` and `block`.
    ///   - rows: a condition on the pages, besides that they are live.
    ///   - sums: the values read from the blocks of a page, besides their version.
    ///   - areFew: whether to look up the blocks page by page, instead of reading all blocks.
    static func pageQuery(
        _ columns: Query, where rows: Query, blocks sums: Query? = nil, areFew: Bool = false,
        includesDrafts: Bool
    ) -> Query {
        let sums: Query = sums.map { ", \($0)" } ?? ""
        let blocks: Query =
            areFew
            ? """
            LATERAL (
                SELECT bit_xor(hash_record_extended(ROW(xmin, id), 0)) AS version
                FROM robbieblocks_page_blocks WHERE page_id = page.id
            ) AS block ON true
            """
            : """
            (
                SELECT page_id, bit_xor(hash_record_extended(ROW(xmin, id), 0)) AS version\(sums)
                FROM robbieblocks_page_blocks GROUP BY page_id
            ) AS block ON block.page_id = page.id
            """
        return """
            SELECT \(columns)
            FROM robbieblocks_pages AS page LEFT JOIN \(blocks)
            WHERE \(rows) AND \(live(includesDrafts: includesDrafts))
            ORDER BY page_route COLLATE "C", page_key COLLATE "C"
            """
    }

    static func componentQuery(
        of node: Node, includesDrafts: Bool, use: ComponentUse
    ) -> Query {
        // Components that no page and no frame places are read only to check their code.
        //
        // For each component, the first page that places it is enough; an ordinary join would read
        // all blocks of all pages.
        """
        SELECT component_key, react_code, CASE WHEN is_placed THEN css_styles END,
            CASE WHEN is_placed THEN props_schema END,
            array_remove(coalesce(dependencies, '{}'), NULL), is_published,
            metadata ->> 'hydrate', is_placed, coalesce(jsonb_typeof(metadata), 'object')
        FROM robbieblocks_components AS component
        CROSS JOIN LATERAL (SELECT coalesce((
            SELECT true FROM robbieblocks_page_blocks AS block
            JOIN robbieblocks_pages AS page ON page.id = block.page_id
            WHERE block.component_id = component.id
                AND page.app_namespace = ANY (\(node.apps.sorted())::text[])
                AND \(live(includesDrafts: includesDrafts))
                AND page.id <> ALL (\(use.waiting)::uuid[]) AND NOT \(use.isWhole)::boolean
            LIMIT 1), false)
            OR \(isInFrame(of: node, includesDrafts: includesDrafts, use: use))
            OR component_key = ANY (\(use.published)::text[]) AS is_placed
        ) AS placement
        WHERE is_placed OR is_published AND react_code IS NOT NULL AND NOT EXISTS (
            SELECT FROM robbieblocks_page_blocks AS block WHERE block.component_id = component.id)
        """
    }

    static func knownAppQuery(among apps: [String]) -> Query {
        // An app with a typo in one node is known only if a page belongs to it; one page is enough.
        """
        SELECT app FROM unnest(\(apps)::text[]) AS app WHERE (
            SELECT true FROM robbieblocks_pages WHERE app_namespace = app LIMIT 1)
        """
    }

    static let tokenQuery: Query =
        "SELECT token_key, default_value FROM robbieblocks_style_tokens"

    static func nextPublicationQuery(of node: Node) -> Query {
        // Rounded up, so that the page is live by that millisecond.
        """
        SELECT ceil(extract(epoch FROM min(published_at)) * 1000)::bigint FROM robbieblocks_pages
        WHERE status = 'published' AND published_at > now() AND published_at < 'infinity'
            AND app_namespace = ANY (\(node.apps.sorted())::text[])
        """
    }

    static func live(includesDrafts: Bool) -> Query {
        includesDrafts
            ? "status IS DISTINCT FROM 'archived'"
            : "status = 'published' AND (published_at IS NULL OR published_at <= now())"
    }
}
