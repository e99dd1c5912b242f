import Build
import Core
import Foundation
import PostgreSQL
import Publishing
import TestSupport
import Testing

/// A page that is held back stands in the site as it was published last: in the menu, in lists, in the
/// sitemap and at its address.
@Suite struct HeldPageTests {
    /// `list` shows the titles of all pages and the menu; every page shows the menu's length.
    static let rows =
        Rows.component(
            "list",
            code:
                "export default () => <ul>{usePages().map(p => <li key={p.key}>{p.route} {p.title}"
                + " {p.description}</li>)}{useMenu().map(m => <li key={m.route}>{m.label}</li>)}</ul>"
        )
        + Rows.component("card", code: "export default ({ text }) => <p>{text}</p>")
        + Rows.page("home", route: "/", metadata: #"{"menu": "Home"}"#)
        + Rows.page("about", route: "/about/", metadata: #"{"menu": "About", "menu_order": 1}"#)
        + Rows.page("plain", route: "/plain/") + Rows.block(on: "home", "list")
        + #"UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://x.y"}';"#

    private static func update(_ page: String, _ set: String) -> String {
        "UPDATE robbieblocks_pages SET \(set) WHERE page_key = '\(page)';"
    }

    private func expectSameAsClean(
        _ site: TestSite, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let (live, clean) = (try site.liveManifest(), try await site.cleanManifest())
        #expect(live == clean, sourceLocation: location)
    }

    /// Each edit, with another title and another menu entry, keeps the page from standing as its row
    /// says; nothing else changes, whoever looks at it, and all of it is live once it is fixed.
    static let faults: [(fault: String, fix: String, code: Diagnostic.Code)] = [
        ("layout_template = 'sidbar'", "layout_template = 'single-column'", .unknownLayout),
        ("page_route = 'about'", "page_route = '/about/'", .badRoute),
        ("page_route = '/plain/'", "page_route = '/elsewhere/'", .routeCollision),
        ("metadata = '7'", "metadata = '{}'", .badMetadata),
        ("app_namespace = 'sharde'", "app_namespace = 'shared'", .unknownApp),
        (
            "page_route = '/moved/', content = repeat('x', 1100000)",
            "page_route = '/moved/', content = ''", .contentTooLarge
        ),
    ]

    @Test(arguments: faults)
    func aFaultyPageKeepsItsPlace(fault: String, fix: String, code: Diagnostic.Code) async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.liveManifest()
        try site.database.run(
            Self.update("about", "meta_title = 'Other', \(fault)")
                + Self.update("plain", "updated_at = updated_at"))
        for _ in 0..<2 {
            let report = try await keeper.build(.changes)
            #expect(report.errors.map(\.code) == [code])
            #expect(report.errors.map(\.location.page) == ["about"])
            #expect(report.rendered == 0)
            #expect((report.kept, report.failed) == (1, 0))
            #expect(report.pending == 1)
            #expect(try site.liveManifest() == good)
        }
        // A builder that knows the ledger only, and one that looks at everything by hand.
        for report in [
            try await site.keeper().build(.reconciliation),
            try await site.build { $0.keepsGoing = true },
        ] {
            #expect(report.errors.map(\.code) == [code])
            #expect(report.rendered == 0)
            #expect(try site.liveManifest() == good)
        }
        // Another page goes on being edited, and shows what is live.
        try site.database.run(Self.update("plain", "meta_title = 'Plain'"))
        #expect(try await keeper.build(.changes).rendered == 2)
        #expect(try site.text("index.html").contains("/about/ about"))
        try site.database.run(Self.update("about", fix))
        #expect(try await keeper.build(.changes).errors == [])
        #expect(try site.text("index.html").contains("Other"))
        try await expectSameAsClean(site)
    }

    /// A typing mistake in the apps of a node takes no page off its site, and its pages go on being built.
    @Test func pagesOfAMistypedAppStay() async throws {
        let site = try await TestSite(
            Self.rows + Rows.page("post", route: "/post/", app: "blog")
                + "UPDATE robbieblocks_node_branding SET enabled_apps = '{shared,blog}';")
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.liveManifest()
        #expect(good.files["post/index.html"] != nil)
        for app in ["blgo", "blo\u{308}g"] {
            try site.database.run(
                "UPDATE robbieblocks_node_branding SET enabled_apps = '{shared,\(app)}'")
            for report in [
                try await keeper.build(.changes), try await keeper.build(.reconciliation),
                try await site.keeper().build(.reconciliation),
            ] {
                #expect(Set(report.errors.map(\.code)) == [.unknownApp])
                #expect(Set(report.errors.map(\.location.field)) == ["enabled_apps"])
                #expect(report.removed == 0)
            }
            #expect(try site.liveManifest() == good)
        }
        try site.database.run(Self.update("post", "content = 'edited'"))
        try await keeper.build(.reconciliation)
        #expect(try site.text("post/index.html").contains("edited"))
        try site.database.run(
            "UPDATE robbieblocks_node_branding SET enabled_apps = '{shared,blog}'")
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
    }

    /// Enabling an app and writing its pages may come in either order, as may their ends.
    @Test func anAppMayBeWithoutPages() async throws {
        let site = try await TestSite(
            Self.rows + Rows.page("post", route: "/post/", app: "blog")
                + "UPDATE robbieblocks_node_branding SET enabled_apps = '{shared,blog}';")
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        func apps(_ names: String) -> String {
            "UPDATE robbieblocks_node_branding SET enabled_apps = '{shared,\(names)}';"
        }
        let first =
            Rows.page("first", route: "/first/", app: "novelty")
            + Rows.block(on: "first", "list", conditions: #"{"apps": ["novelty"]}"#)
        // Each with the number of errors and of warnings after it, and whether the page is live.
        let edits: [(sql: String, errors: Int, warnings: Int, isLive: Bool)] = [
            (apps("blog,novelty"), 0, 1, false),
            (first, 0, 0, true),
            (Self.update("first", "app_namespace = 'blog'"), 0, 1, true),
            (Self.update("first", "app_namespace = 'novelty'"), 0, 0, true),
            ("DELETE FROM robbieblocks_pages WHERE page_key = 'first';", 0, 1, false),
            (Self.update("plain", "content = 'edited'"), 0, 1, false),
            // A typing mistake keeps no page of another app from the site.
            (apps("blgo,novelty"), 1, 1, false),
            (first, 1, 0, true),
            (apps("blog,novelty"), 0, 0, true),
            // The last page of an app goes together with one of another.
            ("DELETE FROM robbieblocks_pages WHERE page_key IN ('first', 'post');", 0, 2, false),
        ]
        for (index, edit) in edits.enumerated() {
            try site.database.run(edit.sql)
            let report = try await keeper.build(.changes)
            let found = report.diagnostics.filter { $0.code == .unknownApp }
            #expect(report.errors.count == edit.errors, "\(index): \(report.errors)")
            #expect(found.count { $0.severity == .warning } == edit.warnings, "\(index): \(found)")
            let files = try site.files()
            #expect((files["first/index.html"] != nil) == edit.isLive, "\(index)")
            if edit.errors == 0 {
                #expect(report.pending == 0)
                try await expectSameAsClean(site)
            }
        }
        #expect(try await site.build().errors == [])
    }

    /// Two spellings of an app are two apps to a database, whatever Unicode calls equivalent.
    @Test func anAppIsComparedByItsBytes() async throws {
        let site = try await TestSite(
            Self.rows + Rows.page("tea", route: "/tea/", app: "caf\u{E9}")
                + "UPDATE robbieblocks_node_branding SET enabled_apps = '{shared,caf\u{E9}}';")
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.liveManifest()
        try site.database.run(Rows.page("bad", route: "/bad/", app: "cafe\u{301}"))
        for report in [
            try await keeper.build(.changes), try await keeper.build(.reconciliation),
            try await site.keeper().build(.reconciliation), try await site.build(),
        ] {
            #expect(report.errors.map(\.location.page) == ["bad"])
            #expect(report.errors.first?.message.contains("composed form") == true)
            #expect(try site.liveManifest() == good)
        }
        let added = try Program.robbieblocks(
            "page", "add", "/more/", "--app", "cafe\u{301}", database: site.database.url)
        #expect(added.status == 2 && added.errors.contains("composed form"), "\(added)")
        try site.database.run(Self.update("bad", "app_namespace = normalize(app_namespace)"))
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
    }

    /// A new page whose app no node has is reported by a watch, until its row is right.
    @Test func aNewPageOfNoAppIsReported() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.liveManifest()
        try site.database.run(Rows.page("hours", route: "/hours/", app: "sharedd"))
        for reach in [BuildReach.changes, .changes, .reconciliation] {
            let report = try await keeper.build(reach)
            #expect(report.errors.map(\.code) == [.unknownApp], "\(reach)")
            #expect(report.errors.map(\.location.page) == ["hours"])
            #expect(report.pending == 1)
            #expect(try site.liveManifest() == good)
        }
        try site.database.run(Self.update("hours", "app_namespace = 'shared'"))
        let report = try await keeper.build(.changes)
        #expect(report.errors == [] && report.pending == 0)
        #expect(try site.liveManifest().files["hours/index.html"] != nil)
        try await expectSameAsClean(site)
    }

    /// Shared content changes while a page is held; the page follows afterwards.
    @Test func aHeldPageIsPlannedAgainWithWhatChangedMeanwhile() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(
            Self.update("about", "layout_template = 'none', page_route = '/other/'"))
        try await keeper.build(.changes)
        let good = try site.bytes("about/index.html")
        try site.database.run(
            """
            UPDATE robbieblocks_node_branding SET custom_css = 'p { color: red }';
            UPDATE robbieblocks_components SET css_styles = 'p { color: blue }';
            """)
        #expect(try await keeper.build(.changes).rendered == 1)
        #expect(try site.bytes("about/index.html") == good)
        for link in try site.text("about/index.html").split(separator: "\"")
        where link.hasPrefix("/assets/") {
            #expect(try site.liveManifest().files[String(link.dropFirst())] != nil, "\(link)")
        }
        try site.database.run(
            Self.update("about", "layout_template = 'single-column', page_route = '/about/'"))
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
    }

    @Test func thePageForWhatDoesNotExistStays() async throws {
        let site = try await TestSite(
            Self.rows + Rows.component("broken", code: "export default () => <p>{null.x}</p>"))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let builtIn = try site.bytes("404.html")
        try site.database.run(
            Rows.page("lost", route: "/404/") + Rows.block(on: "lost", "broken"))
        #expect(try await keeper.build(.changes).failed == 1)
        #expect(try site.bytes("404.html") == builtIn)
        try site.database.run(Rows.page("gone", route: "/404/"))
        #expect(
            try await keeper.build(.changes).errors.map(\.code) == [
                .routeCollision, .routeCollision,
            ])
        #expect(try site.bytes("404.html") == builtIn)
        // From nothing, there is one too.
        let clean = try await site.cleanManifest()
        #expect(clean.files["404.html"] == (try site.liveManifest().files["404.html"]))

        try site.database.run(
            "DELETE FROM robbieblocks_pages WHERE page_key = 'lost';"
                + Self.update("gone", "content = 'nothing here'"))
        #expect(try await keeper.build(.changes).errors == [])
        let own = try site.bytes("404.html")
        #expect(try site.text("404.html").contains("nothing here"))
        try site.database.run(Rows.block(on: "gone", "broken"))
        #expect(try await keeper.build(.changes).kept == 1)
        try site.database.run(Rows.page("third", route: "/404/"))
        let report = try await keeper.build(.changes)
        #expect((report.kept, report.failed) == (1, 1))
        #expect(try site.bytes("404.html") == own)
        try site.database.run("DELETE FROM robbieblocks_pages WHERE page_route = '/404/'")
        let after = try await keeper.build(.changes)
        #expect(after.errors == [], "\(after.errors)")
        try await expectSameAsClean(site)
    }

    /// A page that fails where it moved to, and another that takes the address it left.
    @Test func aFailedPageWhoseAddressIsTakenHasNone() async throws {
        let site = try await TestSite(
            Self.rows + Rows.block(on: "about", "card", props: #"{"text": "fine"}"#))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        try site.database.run(
            """
            UPDATE robbieblocks_components SET react_code = 'export default () => <p>{null.x}</p>'
                WHERE component_key = 'card';
            """ + Self.update("about", "page_route = '/elsewhere/'")
                + Rows.page("taker", route: "/about/", content: "taken"))
        for build in [keeper, try site.keeper()] {
            let report = try await build.build(.reconciliation)
            #expect(report.errors.map(\.location.page) == ["about"])
            #expect((report.kept, report.failed) == (0, 1))
            #expect(try site.text("about/index.html").contains("taken"))
            #expect(!(try site.text("index.html").contains("/elsewhere/")))
            #expect(!(try site.text("sitemap.xml").contains("/elsewhere/")))
        }
        try site.database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () => <p>mended</p>'"
                + " WHERE component_key = 'card'")
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
    }

    /// A page whose bytes are lost while it cannot be rendered is nowhere, until it is fixed.
    @Test(arguments: [false, true])
    func aFailedPageThatLostItsBytesHasNoPlace(failsBefore: Bool) async throws {
        let site = try await TestSite(
            Self.rows + Rows.block(on: "about", "card", props: #"{"text": "fine"}"#))
        let keeper = try site.keeper { $0.compresses = true }
        try await keeper.build(.reconciliation)
        func setCode(_ code: String) throws {
            try site.database.run(
                "UPDATE robbieblocks_components SET react_code = 'export default () => \(code)'"
                    + " WHERE component_key = 'card'")
        }
        try setCode("<p>{null.x}</p>")
        if failsBefore { #expect(try await keeper.build(.changes).kept == 1) }
        let file = try #require(
            FileHandle(forWritingAtPath: site.current + "/about/index.html"))
        try file.write(contentsOf: Data("defaced".utf8))
        try file.close()
        let report = try await keeper.build(.reconciliation)
        #expect(report.errors.map(\.location.page) == ["about"])
        #expect((report.kept, report.failed) == (0, 1))
        #expect(try !site.files().keys.contains { $0.hasPrefix("about/") })
        for name in ["index.html", "plain/index.html", "sitemap.xml"] {
            #expect(!(try site.text(name).contains("/about/")), "\(name)")
        }
        let folder = try SiteFolder(output: site.output, node: site.node)
        #expect(try folder.verify(repairs: false).faults.isEmpty)
        try setCode("<p>fine</p>")
        #expect(try await keeper.build(.changes).errors == [])
        #expect(
            try await site.liveManifest() == site.cleanManifest { $0.compresses = true })
    }

    /// A page that was never published and fails is nowhere, neither in a menu nor in a list.
    @Test func aNewPageThatFailsHasNoPlace() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.liveManifest()
        let broken =
            Rows.component("broken", code: "export default () => <p>{null.x}</p>")
            + Rows.page("new", route: "/new/", metadata: #"{"menu": "New"}"#)
            + Rows.block(on: "new", "broken")
        try site.database.run(broken)
        let report = try await keeper.build(.changes)
        #expect((report.kept, report.failed, report.rendered) == (0, 1, 0))
        #expect(try site.liveManifest() == good)
        #expect(try await site.cleanManifest() == good)
        // A page that is rendered again, since the menu lost the broken one, counts once.
        let elsewhere = try TestFolder()
        let first = try await site.build {
            $0.output = elsewhere.path
            $0.keepsGoing = true
        }
        #expect(first.rendered == first.pages)
        try site.database.run(Self.update("plain", "meta_title = 'Plain'"))
        #expect(try await keeper.build(.changes).rendered == 2)
        #expect(try site.liveManifest() == (try await site.cleanManifest()))
        try site.database.run("DELETE FROM robbieblocks_page_blocks WHERE block_order = 1")
        try site.database.run(Rows.block(on: "home", "list"))
        #expect(try await keeper.build(.changes).errors == [])
        try await expectSameAsClean(site)
    }

    /// A ledger of an earlier version remembers no titles; the address it does.
    @Test func aPageWhoseTitleIsNotRememberedKeepsItsAddress() async throws {
        let site = try await TestSite(Self.rows)
        try await site.keeper().build(.reconciliation)
        let ledger = "\(site.output)/\(site.node)/ledger.sqlite"
        let result = try Program.run(
            "/usr/bin/python3",
            [
                "-c",
                "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]);"
                    + "d.execute('UPDATE pages SET outline = NULL'); d.commit()", ledger,
            ])
        #expect(result.status == 0, "\(result.errors)")
        try site.database.run(
            Self.update("about", "layout_template = 'none', page_route = '/other/'"))
        let report = try await site.keeper().build(.reconciliation)
        #expect((report.kept, report.failed) == (1, 0))
        #expect(try site.liveManifest().files["about/index.html"] != nil)
        #expect(try site.text("index.html").contains("/about/"))
    }
}
