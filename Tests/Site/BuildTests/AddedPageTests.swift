import Build
import Foundation
import PostgreSQL
import TestSupport
import Testing

/// A page that is added with one command, or with one INSERT, is a finished page.
@Suite struct AddedPageTests {
    private static let rows =
        #"UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://a.example"}';"#
        + Rows.component("bar", code: "export default () => <p>The bar</p>")
        + Rows.frame("bar", "bar") + Rows.page("home", route: "/")

    @Test func aCommandAddsAFinishedPage() async throws {
        let site = try await TestSite(Self.rows)
        func add(_ arguments: String...) throws -> Program.Result {
            var environment = ["ROBBIEBLOCKS_HOME": ProjectFolder.path]
            environment["DATABASE_URL"] = site.database.url
            return try Program.run(
                ProjectFolder.program, ["page", "add"] + arguments, environment: environment)
        }
        let plain = try add("/opening-hours")
        #expect(plain.status == 0, "\(plain.errors)")
        #expect(plain.output.hasPrefix("opening-hours  /opening-hours/\n"))
        #expect(plain.output.contains("app shared, layout single-column, status published"))
        #expect(plain.output.contains("frame  bar\n"))
        #expect(plain.output.contains("WHERE page_key = 'opening-hours';"))
        #expect(plain.output.contains("robbieblocks build --node acme\n"))

        // A node that does not build the app gives the page nothing.
        try site.database.run(
            "INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps)"
                + " VALUES ('far', 'Far', '{play}');"
                + Rows.component("far-bar", code: "export default () => <p>Far</p>")
                + Rows.frame("far", "far-bar", node: "far"))
        let file = site.folder.path + "/page.md"
        let markdown = "\u{FEFF}\n# Desk *days* #\r\n\nBring *tea*."
        try Data(markdown.utf8).write(to: URL(fileURLWithPath: file))
        let full = try add(
            "/work/days/", "--file", file, "--layout", "dashboard", "--menu", "Days",
            "--description", "When", "--json")
        #expect(full.status == 0, "\(full.errors)")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(full.output.utf8))
        #expect(
            answer
                == Answer(
                    page: "work-days", route: "/work/days/", app: "work", layout: "dashboard",
                    status: "published", nodes: ["acme"], frame: ["bar"]))
        // The key that follows from the route is that of '/work/days/'.
        #expect(try add("/work-days/").output.hasPrefix("work-days-2  /work-days/\n"))
        // On the node of its own row the page has that one; which it is, its key says.
        try site.database.run(
            Rows.component("head", code: "export default () => <p>Head</p>")
                + Rows.frame("head-acme", "head", zone: "header", node: "acme")
                + Rows.frame("head", "head", zone: "header")
                + "INSERT INTO robbieblocks_deploys"
                + " (node_id, app_namespace, build_hash, deploy_status, triggered_by, error_message)"
                + " VALUES ('acme', 'shared', '', 'failed', 'manual', 'error: the frame');")
        let framed = try add("/framed/")
        #expect(framed.output.contains("frame  bar, far, head, head-acme\n"), "\(framed.output)")
        #expect(framed.output.contains("the last build of acme failed, and may hold the page back"))
        let draft = try add("/later/", "--draft", "--key", "soon", "--title", "Soon")
        #expect(draft.output.contains("soon  /later/") && draft.output.contains("draft"))

        let refused: [([String], Int32, String)] = [
            (["/Opening-Hours/"], 1, "is that of page 'opening-hours'"),
            (["opening"], 2, "does not begin with '/'"),
            (["/other/", "--key", "soon"], 2, "there is a page with the key 'soon'"),
            (["other"], 2, "did you mean '/other/'?"),
            (["/other/", "--app", "wrok"], 1, "did you mean 'work'?"),
            (["/other/", "--layout", "dashbord"], 1, "did you mean 'dashboard'?"),
            (["/other/", "--title", "a\u{1B}[31mb"], 2, "the title has a character"),
            (["/oth\u{FFFD}er/"], 2, "the route has a character"),
            (["/other/", "--key", "a\u{1B}[31mb\nc"], 2, "the key has a character"),
            (["/other/", "--app", "a\u{202E}b"], 2, "the app has a character"),
            (["/other/", "--title", " \t "], 2, "the title has a character"),
            (["/other/", "--title", "   "], 2, "the title is blank"),
            (["/other/", "--key", " "], 2, "the key is blank"),
            (["/other/", "--menu", " "], 2, "the label of the menu is blank"),
            (
                ["/" + String(repeating: "abcdefghi/", count: 28)], 2,
                "the route has 281 characters; 255 is the limit"
            ),
            (
                ["/other/", "--key", String(repeating: "k", count: 256)], 2,
                "the key has 256 characters; 255 is the limit"
            ),
            (
                ["/other/", "--title", String(repeating: "t", count: 1025)], 2,
                "the title has 1025 bytes; 1024 is the limit"
            ),
            (["/other/", "--file", "/nowhere.md"], 2, "'/nowhere.md' cannot be read"),
        ]
        for (arguments, status, message) in refused {
            let result = try Program.run(
                ProjectFolder.program, ["page", "add"] + arguments,
                environment: [
                    "ROBBIEBLOCKS_HOME": ProjectFolder.path, "DATABASE_URL": site.database.url,
                ])
            #expect(result.status == status, "\(arguments): \(result.errors)")
            #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
        }

        #expect(try await site.build().diagnostics == [])
        let hours = try site.text("opening-hours/index.html")
        #expect(hours.contains("<title>Opening hours") && hours.contains("The bar</p>"))
        #expect(hours.contains(">Opening hours</h1>"))
        let days = try site.text("work/days/index.html")
        #expect(days.contains("<em>tea</em>") && days.contains("<title>Desk days"))
        #expect(days.contains("layout--dashboard") && days.contains("content=\"When\""))
        let sitemap = try site.text("sitemap.xml")
        #expect(sitemap.contains("/opening-hours/") && sitemap.contains("/work/days/"))
        #expect(!sitemap.contains("/later/"))
    }

    private struct Answer: Decodable, Equatable {
        var page: String
        var route: String
        var app: String
        var layout: String
        var status: String
        var nodes: [String]
        var frame: [String]
    }

    @Test func fiveColumnsAreAFinishedPage() async throws {
        let site = try await TestSite(Self.rows)
        try site.database.run(
            """
            INSERT INTO robbieblocks_pages (page_name, page_route, app_namespace, status, content)
            VALUES ('Hours', '/about/hours/', 'shared', 'published', '# Hours'),
                ('Plan', '/plan', 'work', 'published', '# Plan'),
                ('Other', '/about-hours/', 'shared', 'published', '# Other');
            INSERT INTO robbieblocks_pages (page_name, page_route, app_namespace, status, content)
            VALUES ('Again', '/about-hours', 'shared', 'published', '# Again')
            ON CONFLICT (page_key) DO NOTHING;
            INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps)
            VALUES ('far', 'Far', '{away}');
            INSERT INTO robbieblocks_pages
                (page_key, page_name, page_route, app_namespace, status, content)
            VALUES ('own', 'Own', '/custom/', 'work', 'published', '# Own'),
                ('old', 'Old', '/former/', 'work', 'archived', '# Old');
            -- The page with the route and a key of its own, a page of another node, an archived one, and
            -- one whose key would be longer than its column.
            INSERT INTO robbieblocks_pages (page_name, page_route, app_namespace, status, content)
            VALUES ('Own', '/Custom', 'work', 'published', '# Edited')
            ON CONFLICT (page_key) DO UPDATE SET content = excluded.content;
            INSERT INTO robbieblocks_pages (page_name, page_route, app_namespace, status, content)
            VALUES ('Far', '/custom/', 'away', 'published', '# Far'),
                ('New', '/former/', 'work', 'published', '# New'),
                ('Long', '/' || repeat('l', 150) || '/' || repeat('o', 100), 'work', 'draft', ''),
                ('Long', '/' || repeat('l', 150) || '-' || repeat('o', 100), 'work', 'draft', '');
            """)
        #expect(try await site.build().diagnostics == [])
        for path in ["about/hours/index.html", "plan/index.html"] {
            #expect(try site.text(path).contains("The bar</p>"))
            #expect(try site.text("sitemap.xml").contains(path.dropLast("index.html".count)))
        }
        let keys = try site.database.connect().run(
            "SELECT left(page_key, 13) FROM robbieblocks_pages ORDER BY page_key COLLATE \"C\""
        ).map { try $0.value(0, as: String.self) }
        let long = String(repeating: "l", count: 13)
        #expect(
            keys == [
                "about-hours", "about-hours-2", "custom", "former", "home", long, long, "old",
                "own", "plan",
            ])
        #expect(try site.text("custom/index.html").contains("Edited</h1>"))
    }
}
