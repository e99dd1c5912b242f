import Build
import Core
import Foundation
import TestSupport
import Testing

/// The head of a page, for tabs, search engines and sites that show links.
@Suite struct HeadTests {
    private func head(_ page: String, of site: TestSite) throws -> (title: String, image: String?) {
        let html = try site.text(page)
        let title = try #require(html.firstMatch(of: #/<title>(.*?)<\/title>/#))
        let image = html.firstMatch(of: #/<meta property="og:image" content="(.*?)"\/>/#)
        return (String(title.1), image.map { String($0.1) })
    }

    @Test func titlesCarryTheNameOfTheSiteOnce() async throws {
        let site = try await TestSite(
            Rows.page("Acme", route: "/") + Rows.page("Prices & terms", route: "/prices/")
                + Rows.page("acme", route: "/other/")
                + Rows.page(
                    "guide", route: "/guide/",
                    metadata: #"{"document_title": "How we do it – Acme"}"#))
        let keeper = try site.keeper()
        #expect(try await keeper.build(.reconciliation).errors == [])
        for (page, title) in [
            ("index.html", "Acme"), ("prices/index.html", "Prices &amp; terms | Acme"),
            ("other/index.html", "acme | Acme"), ("guide/index.html", "How we do it – Acme"),
        ] {
            #expect(try head(page, of: site).title == title)
        }
        // Where a link is shown, the name of the site stands beside it anyway.
        let prices = try site.text("prices/index.html")
        #expect(prices.contains(#"<meta property="og:title" content="Prices &amp; terms"/>"#))
        #expect(prices.contains(#"<meta property="og:site_name" content="Acme"/>"#))

        try site.database.run(
            """
            UPDATE robbieblocks_pages SET metadata = '{"document_title": "Costs"}'
            WHERE page_key = 'Prices & terms';
            """)
        #expect(try await keeper.build(.changes).rendered == 1)
        #expect(try head("prices/index.html", of: site).title == "Costs")
        try site.database.run("UPDATE robbieblocks_node_branding SET node_name = 'Ajax'")
        #expect(try await keeper.build(.changes).errors == [])
        #expect(try head("index.html", of: site).title == "Acme | Ajax")
        // Nodes share a home page without a title: each says what it is itself.
        try site.database.run(
            """
            UPDATE robbieblocks_node_branding SET metadata = '{"tagline": "We test packs."}'
            """)
        #expect(try await keeper.build(.changes).errors == [])
        #expect(try head("index.html", of: site).title == "Ajax: We test packs")
        let home = try site.text("index.html")
        #expect(home.contains(#"<meta name="description" content="We test packs."/>"#))
        #expect(home.contains(#"<meta property="og:title" content="Ajax: We test packs"/>"#))
        #expect(try head("other/index.html", of: site).title == "acme | Ajax")
        #expect(try site.liveManifest() == (await site.cleanManifest()))
    }

    /// The picture of the node is on every page that has none of its own, and it is there.
    @Test func everyPageHasAPictureForLinks() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/")
                + Rows.page(
                    "own", route: "/own/", metadata: #"{"image": "/assets/branding/own.png"}"#)
                + Rows.page(
                    "far", route: "/far/", metadata: #"{"image": "https://b.example/c.png"}"#)
                + Rows.page("lost", route: "/lost/", metadata: #"{"image": "/assets/none.png"}"#),
            copiesTemplates: true)
        for name in ["social.png", "own.png"] {
            try site.folder.write("branding/acme/\(name)", "the picture \(name)")
        }
        for base in ["", "https://a.example"] {
            if !base.isEmpty {
                try site.database.run(
                    """
                    UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "\(base)"}'
                    """)
            }
            let report = try await site.build()
            #expect(report.errors == [])
            let image = try #require(try head("index.html", of: site).image)
            #expect(image.hasPrefix("\(base)/assets/social-") && image.hasSuffix(".png"))
            let file = String(image.dropFirst(base.utf8.count + 1))
            #expect(try site.text(file) == "the picture social.png")
            #expect(try head("404.html", of: site).image == image)
            #expect(try head("own/index.html", of: site).image == base + "/assets/branding/own.png")
            #expect(try head("far/index.html", of: site).image == "https://b.example/c.png")
            // A missing picture gives a warning, like any other address.
            let warnings = report.diagnostics.filter { $0.code == .missingFile }
            #expect(warnings.map(\.location.page) == ["lost"], "\(report.diagnostics)")
        }
        try FileManager.default.removeItem(atPath: site.project + "/branding/acme/social.png")
        _ = try await site.build()
        #expect(try head("index.html", of: site).image == nil)
        #expect(try site.text("index.html").contains(#"name="twitter:card" content="summary""#))
    }
}
