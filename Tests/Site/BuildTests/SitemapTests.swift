import Build
import Foundation
import Publishing
import TestSupport
import Testing

/// The sitemap of a large site is in parts, and an edit changes one of them.
@Suite struct SitemapTests {
    @Test func anEditChangesOnePartOfALargeSitemap() async throws {
        let site = try await TestSite(
            """
            UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://acme.example"}';
            INSERT INTO robbieblocks_pages
                (page_key, app_namespace, page_name, page_route, status, updated_at)
            SELECT 'p' || n, 'shared', 'Page', '/p' || n || '/', 'published', '2026-01-02'
            FROM generate_series(1, 600) AS n;
            """)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let index = try site.text("sitemap.xml")
        #expect(index.contains("<sitemapindex"))
        let before = try site.liveManifest().files.filter { $0.key.hasPrefix("sitemap") }
        #expect(before.count == 3)
        for part in ["sitemap-0.xml", "sitemap-1.xml"] {
            #expect(index.contains("<loc>https://acme.example/\(part)</loc>"))
        }
        let parts = try site.text("sitemap-0.xml") + site.text("sitemap-1.xml")
        #expect(parts.components(separatedBy: "<url>").count == 601)
        #expect(parts.contains("<lastmod>2026-01-02</lastmod>"))

        try site.database.run("UPDATE robbieblocks_pages SET content = 'x' WHERE page_key = 'p7'")
        let report = try await keeper.build(.changes)
        #expect(report.rendered == 1)
        let after = try site.liveManifest()
        #expect(before.count { after.files[$0.key] != $0.value } == 1)
        #expect(after == (try await site.cleanManifest()))
    }
}
