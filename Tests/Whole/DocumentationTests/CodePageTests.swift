import PostgreSQL
import TestSupport
import Testing

/// The examples on the pages of app `code` work when pasted in the order of the pages.
@Suite struct CodePageTests {
    @Test func everyStatementChangesOrReturnsRows() async throws {
        let database = try await TestDatabase()
        try database.loadStarterContent()
        let connection = try database.connect()
        let statements = try connection.run(
            #"""
            WITH shown AS (
                SELECT page.metadata->>'menu_order' AS place, code.number, code.match[1] AS text
                FROM robbieblocks_pages page,
                     regexp_matches(page.content, '```sql\n(.*?)```', 'g')
                         WITH ORDINALITY AS code (match, number)
                WHERE page.app_namespace = 'code'
                UNION ALL
                SELECT page.metadata->>'menu_order', 1000 + block.block_order, block.props->>'code'
                FROM robbieblocks_page_blocks block
                JOIN robbieblocks_pages page ON page.id = block.page_id
                JOIN robbieblocks_components component ON component.id = block.component_id
                WHERE page.app_namespace = 'code' AND component.component_key = 'code-tip'
            )
            SELECT statement FROM shown,
                regexp_split_to_table(text, ';\s*(\n|$)')
                    WITH ORDINALITY AS part (statement, number)
            WHERE statement !~ '^\s*$'
            ORDER BY place, shown.number, part.number
            """#)
        #expect(statements.count >= 15)
        for statement in try statements.map({ try $0.value(0, as: String.self) }) {
            let result = try connection.run("\(unsafeSQL: statement)")
            #expect(result.count + result.affected > 0, Comment(rawValue: statement))
        }
        // The component that a page writes is one that a build takes.
        let added = try connection.run(
            """
            SELECT 1 FROM robbieblocks_components
            WHERE component_key = 'open-sign' AND is_published
            """)
        #expect(added.count == 1)
    }
}
