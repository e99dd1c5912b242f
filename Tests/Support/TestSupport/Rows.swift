/// SQL for rows, as an admin would write it.
///
/// Text is quoted with dollar signs and a tag, so that a test can hold any quote it likes.
public enum Rows {
    public static func page(
        _ key: String, route: String, content: String = "", app: String = "shared",
        layout: String = "single-column", status: String = "published", metadata: String = "{}"
    ) -> String {
        """
        INSERT INTO robbieblocks_pages
            (page_key, app_namespace, page_name, page_route, layout_template, content, status, metadata)
        VALUES (\(quote(key)), \(quote(app)), \(quote(key)), \(quote(route)), \(quote(layout)),
            \(quote(content)), \(quote(status)), \(quote(metadata)));

        """
    }

    public static func component(
        _ key: String, code: String?, schema: String? = nil, styles: String? = nil,
        dependencies: [String] = [], isPublished: Bool = true, metadata: String = "{}"
    ) -> String {
        """
        INSERT INTO robbieblocks_components
            (component_key, component_name, component_type, react_code, props_schema, css_styles,
             dependencies, is_published, metadata)
        VALUES (\(quote(key)), \(quote(key)), 'widget', \(quote(code)), \(quote(schema)),
            \(quote(styles)), ARRAY[\(dependencies.map(quote).joined(separator: ","))]::text[],
            \(isPublished), \(quote(metadata)));

        """
    }

    public static func block(
        on page: String, _ component: String, order: Int = 1, zone: String = "main",
        props: String = "{}", conditions: String = "{}"
    ) -> String {
        """
        INSERT INTO robbieblocks_page_blocks
            (page_id, component_id, block_order, zone, props, conditions)
        VALUES ((SELECT id FROM robbieblocks_pages WHERE page_key = \(quote(page))),
            (SELECT id FROM robbieblocks_components WHERE component_key = \(quote(component))),
            \(order), \(quote(zone)), \(quote(props)), \(quote(conditions)));

        """
    }

    public static func frame(
        _ key: String, _ component: String, zone: String = "header", node: String? = nil,
        app: String? = nil, layout: String? = nil, order: Int = 1, props: String = "{}",
        conditions: String = "{}", isActive: Bool = true
    ) -> String {
        """
        INSERT INTO robbieblocks_frame_blocks
            (frame_key, node_id, app_namespace, layout_template, component_id, block_order, zone, props,
             conditions, is_active)
        VALUES (\(quote(key)), \(quote(node)), \(quote(app)), \(quote(layout)),
            (SELECT id FROM robbieblocks_components WHERE component_key = \(quote(component))),
            \(order), \(quote(zone)), \(quote(props)), \(quote(conditions)), \(isActive));

        """
    }

    /// Sets the instant of the last edit of all pages, which no edit could.
    ///
    /// - Parameter instant: an SQL expression over a page's columns.
    public static func lastEdited(_ instant: String = "'2026-01-02T03:04:05Z'") -> String {
        """
        ALTER TABLE robbieblocks_pages DISABLE TRIGGER robbieblocks_pages_updated_at;
        UPDATE robbieblocks_pages SET updated_at = \(instant);
        ALTER TABLE robbieblocks_pages ENABLE TRIGGER robbieblocks_pages_updated_at;

        """
    }

    /// A page at `/KEY/` that places one component of the given code.
    public static func pageWithComponent(
        _ key: String, code: String, schema: String? = nil, props: String = "{}",
        dependencies: [String] = [], metadata: String = "{}"
    ) -> String {
        page(key, route: "/\(key)/")
            + component(
                "\(key)-part", code: code, schema: schema, dependencies: dependencies,
                metadata: metadata)
            + block(on: key, "\(key)-part", props: props)
    }

    private static func quote(_ text: String?) -> String {
        text.map { "$rb$\($0)$rb$" } ?? "NULL"
    }
}
