import Core
import FoundationEssentials
import PostgreSQL
public import SiteModel

extension ContentStore {
    /// Returns the bodies of the given pages, in the same order.
    ///
    /// A value over its limit is not read; the body lists it in `excesses`.
    public func bodies(of pages: [Page]) throws -> [PageBody] {
        try bodies(of: pages, in: try connected().run(Self.bodyQueries(of: pages.map(\.id))))
    }

    static func bodyQueries(of ids: [UUID]) -> [Query] {
        [contentQuery(of: ids), blockQuery(of: ids)]
    }

    func bodies(of pages: [Page], in results: [QueryResult]) throws -> [PageBody] {
        let hasEncoding = try connected().hasEncoding
        var bodies: [UUID: PageBody] = Site.builtInBodies
        let contents = results[0]
        for index in 0..<contents.count {
            let row = contents[index]
            let id: UUID = try row.value(0)
            var body = PageBody(
                pageID: id, content: try row.optional(3, as: Bytes.self)?.bytes ?? [],
                metadata: try row.optional(4, as: JSONText.self)?.bytes ?? Array("{}".utf8))
            try body.note(row, 1, "content", limit: Self.contentLimit)
            try body.note(row, 2, "metadata", limit: Self.jsonLimit)
            if !hasEncoding { body.note(row, [(3, "content"), (4, "metadata")]) }
            bodies[id] = body
        }
        let blocks = results[1]
        for index in 0..<blocks.count {
            let row = blocks[index]
            let page: UUID = try row.value(0)
            let order = try row.optional(2, as: Int.self) ?? 0
            bodies[page]?.blocks.append(
                Block(
                    componentKey: try row.optional(1), order: order, zone: try row.value(3),
                    props: try row.optional(6, as: JSONText.self)?.bytes ?? Array("{}".utf8),
                    conditions: try row.optional(7, as: JSONText.self)?.bytes ?? []))
            try bodies[page]?.note(row, 4, "props", block: order, limit: Self.jsonLimit)
            try bodies[page]?.note(row, 5, "conditions", block: order, limit: Self.jsonLimit)
            if !hasEncoding {
                bodies[page]?.note(
                    row, [(3, "zone"), (6, "props"), (7, "conditions")], block: order)
            }
        }
        return pages.map { bodies[$0.id] ?? PageBody(pageID: $0.id) }
    }

    private static func contentQuery(of ids: [UUID]) -> Query {
        """
        SELECT id, octet_length(content), octet_length(metadata::text),
            CASE WHEN octet_length(content) <= \(contentLimit)::integer THEN content END,
            CASE WHEN octet_length(metadata::text) <= \(jsonLimit)::integer THEN metadata END
        FROM robbieblocks_pages WHERE id = ANY (\(ids)::uuid[])
        """
    }

    private static func blockQuery(of ids: [UUID]) -> Query {
        """
        SELECT page_id, component_key, block_order, coalesce(zone, 'main'),
            octet_length(props::text), octet_length(conditions::text),
            CASE WHEN octet_length(props::text) <= \(jsonLimit)::integer THEN props END,
            CASE WHEN octet_length(conditions::text) <= \(jsonLimit)::integer
                AND conditions <> '{}' THEN conditions END
        FROM robbieblocks_page_blocks AS block
        LEFT JOIN robbieblocks_components AS component ON component.id = block.component_id
        WHERE page_id = ANY (\(ids)::uuid[])
        ORDER BY page_id, block_order
        """
    }
}

extension PageBody {
    /// Records which of these columns are not valid UTF-8.
    fileprivate mutating func note(
        _ row: QueryResult.Row, _ columns: [(Int, String)], block: Int? = nil
    ) {
        unreadable += columns.filter { !row.isUTF8($0.0) }
            .map { Unreadable(field: $0.1, block: block) }
    }

    /// Records an excess if the size in `column` is over the limit.
    fileprivate mutating func note(
        _ row: QueryResult.Row, _ column: Int, _ field: String, block: Int? = nil, limit: Int
    ) throws {
        guard let size = try row.optional(column, as: Int.self), size > limit else { return }
        excesses.append(Excess(field: field, block: block, size: size, limit: limit))
    }
}
