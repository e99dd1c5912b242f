import Build
import Core
import PostgreSQL
import TestSupport
import Testing

/// The content of a published site besides the pages' own blocks.
@Suite struct SiteOutputTests {
    @Test func trustsRawHTMLOnlyWhereTheRowSaysSo() async throws {
        let content =
            "<details onclick=\"x()\"><summary>More</summary>text</details><script>x()</script>"
        let site = try await TestSite(
            Rows.page("plain", route: "/plain/", content: content)
                + Rows.page(
                    "trusted", route: "/trusted/", content: content, metadata: #"{"trusted": true}"#
                ))
        try await site.build()
        let plain = try site.text("plain/index.html")
        #expect(plain.contains("<details><summary>More</summary>"))
        #expect(!plain.contains("onclick") && !plain.contains("<script"))
        #expect(try site.text("trusted/index.html").contains("<script>x()</script>"))
    }

    @Test func namesPartsOfThePageInItsLanguage() async throws {
        let content = "| a |\n|---|\n| b |\n"
        let site = try await TestSite(
            Rows.page("en", route: "/", content: content)
                + Rows.page(
                    "de", route: "/de/", content: content, metadata: #"{"language": "de-AT"}"#))
        #expect(try await site.build().diagnostics == [])
        #expect(try site.text("index.html").contains(#"aria-label="Table""#))
        let german = try site.text("de/index.html")
        #expect(german.contains(#"aria-label="Tabelle""#) && german.contains(#"lang="de-AT""#))
    }

    @Test func putsTheNodesOwnStylesAndScriptOnEveryPage() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        try site.database.run(
            """
            UPDATE robbieblocks_node_branding
            SET custom_css = '.mine { color: red; }', custom_scripts = 'document.title += "!";'
            """)
        #expect(try await site.build().diagnostics == [])
        let files = try site.files()
        let html = try site.text("index.html")
        #expect(html.contains("href=\"/assets/site.css\""))
        #expect(try site.text("assets/site.css").contains("@layer custom{.mine{color:red}}"))
        let script = files.first {
            $0.key.hasPrefix("assets/custom-")
                && String(decoding: $0.value, as: UTF8.self).contains("document.title+=\"!\"")
        }
        #expect(html.contains("/\(try #require(script).key)\""))
        for broken in ["import x from 'react'; x();", "import('/etc/passwd')", "let ("] {
            try site.database.connect().run(
                "UPDATE robbieblocks_node_branding SET custom_scripts = \(broken)")
            let report = try await site.build()
            #expect(report.outcome == .refused)
            #expect(report.errors.first?.location.field == "custom_scripts")
        }
    }

    @Test func refusesStylesThatLeaveTheirLayer() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/")
                + Rows.component(
                    "c", code: "<p/>",
                    styles: ".a { color: red } } @layer custom { body { display: none }")
                + Rows.block(on: "home", "c"))
        let report = try await site.build()
        #expect(report.outcome == .refused)
        #expect(report.errors.first?.location.component == "c")
        #expect(report.errors.first?.location.field == "css_styles")
    }

    @Test func keptPagesKeepTheirAssets() async throws {
        let code = "function Part() { const [n] = useState(1); return <b className=\"v\">{n}</b>; }"
        let site = try await TestSite(
            Rows.page("home", route: "/")
                + Rows.component("part", code: code, styles: ".v{color:red}")
                + Rows.block(on: "home", "part"))
        try await site.build()
        let before = try site.text("index.html")
        try site.database.run("UPDATE robbieblocks_components SET react_code = 'function Part( {'")
        let report = try await site.build { $0.keepsGoing = true }
        #expect(report.kept == 1)
        #expect(try site.text("index.html") == before)
        let files = try site.files()
        for part in before.split(separator: "\"") where part.hasPrefix("/assets/") {
            #expect(files[String(part.dropFirst())] != nil, "\(part)")
        }
    }

    @Test func listsItsPagesForCrawlers() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/") + Rows.page("caf\u{E9}", route: "/caf\u{E9}/"))
        try site.database.run(
            #"UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://acme.example/"}'"#
        )
        try await site.build()
        let sitemap = try site.text("sitemap.xml")
        #expect(sitemap.contains("<loc>https://acme.example/</loc>"))
        #expect(sitemap.contains("<loc>https://acme.example/caf%C3%A9/</loc>"))
        #expect(!sitemap.contains("404"))
        #expect(try site.text("robots.txt").contains("Sitemap: https://acme.example/sitemap.xml"))
        let head = try site.text("caf\u{E9}/index.html")
        #expect(head.contains("<link rel=\"canonical\" href=\"https://acme.example/caf%C3%A9/\"/>"))
    }

    @Test func answersThroughTheFunctionsAndViewsOfTheContract() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/") + Rows.component("c", code: "<p/>")
                + Rows.block(on: "home", "c", order: 2) + Rows.block(on: "home", "c", order: 1))
        let connection = try site.database.connect()
        let config = try connection.run(
            """
            SELECT get_page_config('home') -> 'page' ->> 'page_key',
                json_array_length(get_page_config('home') -> 'blocks'),
                get_node_styles('acme') -> 'overrides' ->> 'theme',
                (SELECT page_count FROM robbieblocks_published_pages WHERE app_namespace = 'shared')
            """)[0]
        #expect(try config.value(0, as: String.self) == "home")
        #expect(try config.value(1, as: Int.self) == 2)
        #expect(try config.value(2, as: String.self) == "light")
        #expect(try config.value(3, as: Int.self) == 1)
        #expect(try connection.run("SELECT * FROM robbieblocks_active_deploys").count == 0)
    }
}
