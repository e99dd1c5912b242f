import Build
import Core
import Foundation
import PostgreSQL
import Publishing
import TestSupport
import Testing

/// A build costs what changed, and gives what a build from nothing gives.
@Suite struct IncrementalTests {
    /// Five pages: two place `card`, one places `list`, which shows all titles, two place nothing.
    static let rows =
        Rows.component(
            "card", code: "export default ({ text }) => <p className=\"card\">{text}</p>")
        + Rows.component(
            "list",
            code: "export default () => <ul>{usePages().map(p => <li key={p.key}>{p.title}</li>)}"
                + "{useMenu().map(m => <li key={m.route}>{m.label}</li>)}</ul>")
        + Rows.page("home", route: "/", content: "# Home", metadata: #"{"menu": "Home"}"#)
        + Rows.page("one", route: "/one/") + Rows.page("two", route: "/two/")
        + Rows.page("all", route: "/all/") + Rows.page("plain", route: "/plain/", content: "plain")
        + Rows.block(on: "one", "card", props: #"{"text": "first"}"#)
        + Rows.block(on: "two", "card", props: #"{"text": "second"}"#)
        + Rows.block(on: "all", "list")

    private func expectSameAsClean(
        _ site: TestSite, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let (live, clean) = (try site.liveManifest(), try await site.cleanManifest())
        #expect(live == clean, sourceLocation: location)
    }

    @Test func aSecondBuildWritesNothing() async throws {
        let site = try await TestSite(Self.rows)
        #expect(try await site.build().outcome == .published(release: 1))
        let before = try site.fileStatus()
        let second = try await site.build()
        #expect(second.outcome == .unchanged(release: 1))
        #expect(second.rendered == 0)
        #expect(try site.fileStatus() == before)
    }

    /// Each edit, and how many pages it reaches.
    static let edits: [(edit: String, rendered: Int)] = [
        ("UPDATE robbieblocks_pages SET content = 'new' WHERE page_key = 'plain'", 1),
        (
            "UPDATE robbieblocks_page_blocks SET props = '{\"text\": \"x\"}' WHERE page_id ="
                + " (SELECT id FROM robbieblocks_pages WHERE page_key = 'one')", 1
        ),
        (
            "UPDATE robbieblocks_components SET react_code = replace(react_code, 'card', 'tile')"
                + " WHERE component_key = 'card'", 2
        ),
        // The page and the list that shows its title.
        ("UPDATE robbieblocks_pages SET meta_title = 'New' WHERE page_key = 'plain'", 2),
        // Everything shows the menu.
        (
            "UPDATE robbieblocks_pages SET metadata = '{\"menu\": \"Start\"}' WHERE page_key = 'home'",
            6
        ),
        (
            "UPDATE robbieblocks_style_tokens SET default_value = '17px'"
                + " WHERE token_key = 'spacing.md'", 0
        ),
        ("UPDATE robbieblocks_pages SET page_route = '/moved/' WHERE page_key = 'plain'", 2),
        ("DELETE FROM robbieblocks_pages WHERE page_key = 'plain'", 1),
        ("UPDATE robbieblocks_pages SET status = 'archived' WHERE page_key = 'two'", 1),
        (
            "UPDATE robbieblocks_node_branding SET custom_css = '.card { color: red }'", 0
        ),
        ("UPDATE robbieblocks_node_branding SET node_name = 'Other'", 6),
    ]

    @Test(arguments: edits)
    func onlyWhatAChangeReachesIsRendered(edit: String, rendered: Int) async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        #expect(try await keeper.build(.reconciliation).rendered == 6)
        try site.database.run(edit)
        let report = try await keeper.build(.changes)
        #expect(report.diagnostics == [])
        #expect(report.outcome == .published(release: 2))
        #expect(report.rendered == rendered)
        #expect(report.pending == 0)
        try await expectSameAsClean(site)
    }

    /// The same edits, one after the other, made where no trigger fires.
    @Test func aComparisonFindsWhatNobodyToldOf() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        for (index, (edit, _)) in Self.edits.enumerated() {
            try site.database.run("SET session_replication_role = replica; " + edit)
            #expect(try await keeper.build(.changes).outcome == .unchanged(release: index + 1))
            let report = try await keeper.build(.reconciliation)
            #expect(report.outcome == .published(release: index + 2), "\(edit)")
        }
        try await expectSameAsClean(site)
    }

    /// The same edits, found by a build that knows nothing but the last release.
    @Test func aBuildByHandFindsTheSame() async throws {
        let site = try await TestSite(Self.rows)
        #expect(try await site.build().rendered == 6)
        try site.database.run(
            """
            UPDATE robbieblocks_pages SET content = 'new' WHERE page_key = 'plain';
            UPDATE robbieblocks_components SET css_styles = '.card { color: red }'
                WHERE component_key = 'card';
            """)
        let report = try await site.build()
        #expect(report.rendered == 3)
        #expect(report.outcome == .published(release: 2))
        try await expectSameAsClean(site)
    }

    @Test func renamedAndDeletedPagesLeaveNoFile() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper { $0.compresses = true }
        try await keeper.build(.reconciliation)
        try site.database.run(
            """
            UPDATE robbieblocks_pages SET page_route = '/deep/er/' WHERE page_key = 'one';
            UPDATE robbieblocks_pages SET page_route = '/one/' WHERE page_key = 'two';
            DELETE FROM robbieblocks_pages WHERE page_key = 'plain';
            """)
        try await keeper.build(.changes)
        let paths = try site.liveManifest().files.keys.filter { $0.contains(".html") }
        #expect(
            paths.filter { $0.hasSuffix(".html") }.sorted() == [
                "404.html", "all/index.html", "deep/er/index.html", "index.html", "one/index.html",
            ])
        #expect(try site.text("one/index.html").contains("second"))
        #expect(!paths.contains { $0.hasPrefix("plain") || $0.hasPrefix("two") })
    }

    @Test func aTransactionIsOneRelease() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run("BEGIN; UPDATE robbieblocks_pages SET content = 'never'; ROLLBACK;")
        #expect(try await keeper.build(.changes).outcome == .unchanged(release: 1))
        try site.database.run(
            """
            BEGIN;
            UPDATE robbieblocks_components SET react_code = 'export default () => <p>new</p>'
                WHERE component_key = 'card';
            UPDATE robbieblocks_pages SET content = 'new' WHERE page_key = 'one';
            COMMIT;
            """)
        #expect(try await keeper.build(.changes).outcome == .published(release: 2))
        #expect(try site.text("one/index.html").contains("<p>new</p>"))
        try await expectSameAsClean(site)
    }
}

extension IncrementalTests {
    @Test func aFailingPageKeepsItsLastGoodVersionAndStaysPending() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.bytes("one/index.html")
        try site.database.run(
            """
            UPDATE robbieblocks_page_blocks SET props = '{"text": 7}';
            UPDATE robbieblocks_components SET props_schema = '{"text": {"type": "string"}}'
                WHERE component_key = 'card';
            UPDATE robbieblocks_pages SET content = 'still published' WHERE page_key = 'plain';
            """)
        let report = try await keeper.build(.changes)
        #expect(report.errors.map(\.code) == [.badProps, .badProps])
        #expect(report.errors.map(\.location.page) == ["one", "two"])
        #expect(report.kept == 2)
        #expect(report.pending > 0)
        #expect(try site.bytes("one/index.html") == good)
        #expect(try site.text("plain/index.html").contains("still published"))
        // Nothing changed since: it is not tried again.
        let again = try await keeper.build(.changes)
        #expect(again.rendered == 0)
        #expect(again.pending == report.pending)
        try site.database.run("UPDATE robbieblocks_page_blocks SET props = '{\"text\": \"good\"}'")
        let mended = try await keeper.build(.changes)
        #expect(mended.errors == [])
        #expect(mended.pending == 0)
        #expect(try site.text("two/index.html").contains("good"))
        try await expectSameAsClean(site)
    }

    @Test func aBrokenTokenLeavesTheLookAsItWas() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.bytes("assets/site.css")
        try site.database.run(
            """
            UPDATE robbieblocks_style_tokens SET default_value = '1px;}' WHERE token_key = 'spacing.md';
            UPDATE robbieblocks_pages SET content = 'still published' WHERE page_key = 'plain';
            """)
        let report = try await keeper.build(.changes)
        #expect(report.errors.map(\.code) == [.badToken])
        #expect(try site.bytes("assets/site.css") == good)
        #expect(try site.text("plain/index.html").contains("still published"))
        try site.database.run(
            "UPDATE robbieblocks_style_tokens SET default_value = '17px' WHERE token_key = 'spacing.md'"
        )
        #expect(try await keeper.build(.changes).errors == [])
        #expect(try site.bytes("assets/site.css") != good)
    }

    /// Which components a site has may change while a token is wrong.
    @Test func aWrongTokenStopsNoComponent() async throws {
        let site = try await TestSite(
            Self.rows
                + Rows.component(
                    "counter",
                    code: "export default () => { const [n, set] = useState(0);"
                        + " return <button onClick={() => set(n + 1)}>{n}</button>; }")
                + Rows.block(on: "plain", "counter"))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(
            """
            UPDATE robbieblocks_style_tokens SET default_value = '1px;}' WHERE token_key = 'spacing.md';
            UPDATE robbieblocks_pages SET status = 'draft' WHERE page_key = 'plain';
            """)
        #expect(try await keeper.build(.changes).errors.map(\.code) == [.badToken])
        try site.database.run(
            "UPDATE robbieblocks_components SET css_styles = '.card { color: teal }'"
                + " WHERE component_key = 'card'")
        let report = try await keeper.build(.changes)
        #expect(report.errors.map(\.code) == [.badToken] && report.pending == 1)
        #expect(report.outcome != .refused && report.rendered > 0)
        try site.database.run(
            "UPDATE robbieblocks_style_tokens SET default_value = '16px' WHERE token_key = 'spacing.md'"
        )
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
    }

    /// A page that another one kept from its route has a place again, without an edit of its own,
    /// while nobody watches.
    @Test func aPageWhoseRouteBecomesFreeIsPublishedAfterARestart() async throws {
        let site = try await TestSite(Self.rows)
        try await site.keeper().build(.reconciliation)
        try site.database.run(
            "UPDATE robbieblocks_pages SET page_route = '/one/', content = 'moved'"
                + " WHERE page_key = 'two'")
        let keeper = try site.keeper()
        let fault = try await keeper.build(.reconciliation)
        // The page that has the route keeps it.
        #expect(fault.errors.map(\.code) == [.routeCollision])
        try site.database.run(
            "UPDATE robbieblocks_pages SET page_route = '/first/' WHERE page_key = 'one'")
        #expect(try await site.keeper().build(.reconciliation).errors == [])
        try await expectSameAsClean(site)
    }

    /// Shared inputs change while one page has no place.
    @Test func aPageThatHadNoPlaceIsNotLeftBehind() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(
            """
            UPDATE robbieblocks_pages SET page_route = '/one/' WHERE page_key = 'two';
            UPDATE robbieblocks_node_branding SET custom_css = '.card { color: red }';
            """)
        #expect(try await keeper.build(.changes).errors.map(\.location.page) == ["two"])
        try site.database.run(
            "UPDATE robbieblocks_pages SET page_route = '/two/' WHERE page_key = 'two'")
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
    }

    /// A new page that fails is in no list of addresses until it is fixed.
    @Test func aMendedPageIsListed() async throws {
        let site = try await TestSite(
            Self.rows
                + #"UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://x.y"}';"#
        )
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(
            Rows.page("new", route: "/new/")
                + Rows.component("broken", code: "export default () => missing()")
                + Rows.block(on: "new", "broken"))
        #expect(try await keeper.build(.changes).errors.map(\.location.page) == ["new"])
        #expect(!(try site.text("sitemap.xml").contains("/new/")))
        try site.database.run(
            "DELETE FROM robbieblocks_page_blocks WHERE component_id ="
                + " (SELECT id FROM robbieblocks_components WHERE component_key = 'broken')")
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
        try site.database.run(
            Rows.block(on: "new", "card", props: #"{"text": {}}"#)
                + Rows.page("next", route: "/next/") + Rows.block(on: "next", "card", props: "7"))
        #expect(try await keeper.build(.changes).errors.count == 2)
        try site.database.run(
            "UPDATE robbieblocks_page_blocks SET props = '{}' WHERE page_id IN"
                + " (SELECT id FROM robbieblocks_pages WHERE page_key IN ('new', 'next'))")
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
    }

    /// Edits of files, one after the other, each of which a keeper takes over.
    @Test func anEditOfAFileGivesWhatABuildFromNothingGives() async throws {
        let site = try await TestSite(
            Self.rows + Rows.page("board", route: "/board/", layout: "dashboard"),
            copiesTemplates: true)
        let icon = #"<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1v1z"/></svg>"#
        let edits: [(file: String, edit: (String) -> String, rendered: Int)] = [
            (
                "templates/layouts/dashboard.tsx",
                { $0.replacing("layout__main", with: "layout__main edited") }, 1
            ),
            ("templates/layouts/dashboard.css", { $0 + ".layout__main { color: red }" }, 0),
            ("templates/document.tsx", { $0.replacing("<body", with: "<body id=\"edited\"") }, 7),
            ("branding/acme/tokens.json", { _ in ##"{"color.accent": "#112233"}"## }, 0),
            ("branding/acme/favicon.svg", { _ in icon }, 7),
            ("branding/acme/favicon.svg", { $0.replacing("h1", with: "h2") }, 7),
            ("branding/acme/social.png", { _ in "a picture" }, 7),
        ]
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        for (index, (file, edit, rendered)) in edits.enumerated() {
            let text =
                (try? String(contentsOfFile: "\(site.project)/\(file)", encoding: .utf8)) ?? ""
            #expect(edit(text) != text)
            try site.folder.write(file, edit(text))
            await keeper.use(try site.library())
            let report = try await keeper.build(.reconciliation)
            #expect(report.outcome == .published(release: index + 2), "\(file)")
            #expect(report.rendered == rendered, "\(file)")
            try await expectSameAsClean(site)
        }
    }

    @Test func timeAloneChangesTheSite() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        // Long enough for one edit to be built before it, whatever else the machine does.
        try site.database.run(
            """
            UPDATE robbieblocks_page_blocks SET conditions =
                jsonb_build_object('from', to_char((now() + interval '4 seconds')
                    AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
                WHERE page_id = (SELECT id FROM robbieblocks_pages WHERE page_key = 'one');
            UPDATE robbieblocks_pages SET published_at = now() + interval '4 seconds'
                WHERE page_key = 'plain';
            """)
        try await keeper.build(.changes)
        #expect(!(try site.text("one/index.html").contains("first")))
        #expect(try site.liveManifest().files["plain/index.html"] == nil)
        try await keeper.waitUntilDue()
        let report = try await keeper.build(.changes)
        #expect(report.rendered == 3)  // The list of all pages, too.
        #expect(try site.text("one/index.html").contains("first"))
        #expect(try site.liveManifest().files["plain/index.html"] != nil)
        #expect(await keeper.nextDue == nil)
        try await expectSameAsClean(site)
    }

    @Test func truncatedPagesAreRefused() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let before = try site.liveManifest()
        try site.database.run("TRUNCATE robbieblocks_pages CASCADE")
        let report = try await keeper.build(.changes)
        #expect(report.outcome == .refused)
        #expect(report.errors.map(\.code) == [.nothingToPublish])
        #expect(try site.liveManifest() == before)
        #expect(try await site.build().outcome == .refused)
        #expect(try await site.build { $0.isForced = true }.outcome == .published(release: 2))
    }

    @Test func aRollbackHoldsUntilResumed() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let first = try site.liveManifest()
        try site.database.run(
            "UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'plain'")
        try await keeper.build(.changes)
        let folder = try SiteFolder(output: site.output, node: site.node)
        #expect(try folder.rollBack(to: nil) == 1)
        #expect(try site.liveManifest() == first)
        try site.database.run(
            "UPDATE robbieblocks_pages SET content = 'third' WHERE page_key = 'plain'")
        #expect(try await keeper.build(.changes).outcome == .held(release: 1))
        #expect(try await site.build().outcome == .held(release: 1))
        #expect(try site.liveManifest() == first)
        try folder.resume()
        #expect(try await keeper.build(.changes).outcome == .published(release: 3))
        #expect(try site.text("plain/index.html").contains("third"))
        try await expectSameAsClean(site)
    }
}
