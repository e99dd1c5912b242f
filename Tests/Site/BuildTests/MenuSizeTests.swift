import TestSupport
import Testing

@testable import Build

/// What a starter component that lists pages takes grows with their number, and not with its square.
@Suite struct MenuSizeTests {
    @Test func aSideNavigationListsThousandsOfPages() async throws {
        let site = try await TestSite(
            Rows.component("side-nav", code: nil)
                + Rows.page("first", route: "/first/")
                + Rows.block(on: "first", "side-nav")
                    + """
                    INSERT INTO robbieblocks_pages
                        (page_key, page_name, page_route, app_namespace, status, content)
                    SELECT 'p' || n, 'Page ' || n, '/first/' || n || '/', 'shared', 'published', 'x'
                    FROM generate_series(1, 6000) AS n;
                    """)
        let report = try await site.build()
        #expect(report.errors.isEmpty)
        let links = try site.text("first/index.html").ranges(of: "side-nav__link").count
        #expect(links == 6001)
    }
}
