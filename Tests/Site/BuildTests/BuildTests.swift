import Build
import Core
import TestSupport
import Testing

@Suite struct BuildTests {
    @Test func turnsARowIntoAPage() async throws {
        let site = try await TestSite(
            """
            INSERT INTO robbieblocks_pages
                (page_key, app_namespace, page_name, page_route, content, status)
            VALUES ('home', 'shared', 'Home', '/', E'# Hello\\n\\nFrom *SQL*.', 'published');
            """)
        let report = try await site.build()
        #expect(report.outcome == .published(release: 1))
        #expect(report.diagnostics == [])
        #expect(report.rendered == 2)
        let html = try site.text("index.html")
        #expect(html.hasPrefix("<!DOCTYPE html><html lang=\"en\""))
        #expect(html.contains("<h1 id=\"hello\">Hello</h1>"))
        #expect(html.contains("<em>SQL</em>"))
        #expect(!html.contains("<script"))
    }
}
