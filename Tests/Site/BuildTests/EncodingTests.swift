import Build
import Core
import Foundation
import TestSupport
import Testing

/// A database without an encoding holds any bytes; they concern the page that has them.
@Suite struct EncodingTests {
    @Test func wrongBytesFailTheirPageAlone() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/", content: "fine: ü")
                + Rows.page("text", route: "/text/", content: "x")
                + Rows.page("title", route: "/title/") + Rows.page("props", route: "/props/")
                + Rows.component("card", code: "export default ({ a }) => <p>{a}</p>")
                + Rows.block(on: "props", "card", order: 3, props: #"{"a": "x"}"#)
                    + """
                    UPDATE robbieblocks_pages SET content = convert_from('\\x41ff', 'SQL_ASCII')
                    WHERE page_key = 'text';
                    UPDATE robbieblocks_pages SET meta_title = convert_from('\\xfe', 'SQL_ASCII')
                    WHERE page_key = 'title';
                    UPDATE robbieblocks_page_blocks
                    SET props = jsonb_build_object('a', convert_from('\\xc3', 'SQL_ASCII'));
                    """, database: try await TestDatabase(encoding: "SQL_ASCII"))
        let report = try await site.build { $0.keepsGoing = true }
        let found = report.errors.filter { $0.code == .badEncoding }
            .map {
                "\($0.location.page ?? "") \($0.location.block ?? 0) \($0.location.field ?? "")"
            }
        #expect(found.sorted() == ["props 3 props", "text 0 content", "title 0 meta_title"])
        #expect(report.errors.count == 3, "\(report.errors)")
        #expect(try site.text("index.html").contains("fine: ü"))
        try site.database.run(
            "UPDATE robbieblocks_pages SET content = 'right', meta_title = NULL")
        try await site.build { $0.keepsGoing = true }
        #expect(try site.text("text/index.html").contains("right"))
    }
}
