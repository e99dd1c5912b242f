import Build
import Bundling
import Core
import TestSupport
import Testing

/// A key of `metadata` whose value means nothing is an error that names the row and the key.
@Suite struct MetadataTests {
    private static let wrong: [(key: String, value: String)] = [
        ("trusted", #""yes""#), ("trusted", "1"), ("menu_order", #""1""#), ("menu", "5"),
        ("menu", #"" ""#), ("menu", #"["x"]"#), ("language", "7"), ("language", #""en_US""#),
        ("language", #""""#), ("noindex", #""true""#), ("image", "{}"), ("image", #""photo.png""#),
        ("document_title", "5"), ("document_title", #"" ""#), ("image", #""//a.example/x.png""#),
        ("image", #""https://""#), ("image", #""https://[::1""#),
        ("image", #""/\\a.example/x.png""#),
        ("menu_order", #"[{"deep": "value"}]"#), ("image", #""https://a@b.example/x.png""#),
        ("image", #""https://:80/x.png""#), ("image", #""https://a\u00A0b.example/x.png""#),
        ("image", #""https://a.example:99999/x.png""#), ("image", #""https://<a>/x.png""#),
    ]
    private static let right = [
        #"{"menu": "Label", "menu_order": 1.5, "trusted": true, "noindex": false}"#,
        #"{"menu": true, "menu_order": -3, "language": "de-CH-1901", "image": "/a.png"}"#,
        #"{"menu": false, "image": "https://a.example/x.png", "language": "x-klingon"}"#,
        #"{"image": "https://b\u00FCcher.example/a.png"}"#,
        #"{"image": "https://[::1]:80/a.png"}"#, #"{"image": "http://example.com./x.png"}"#,
        #"{"image": "https://a_b.example.com/x.png?y"}"#,
        #"{"document_title": "All of it", "title": 5}"#,
        #"{"menu": null, "menu_order": null, "trusted": null, "language": null, "image": null}"#,
        #"{"own": {"trusted": "yes"}, "robots": "noindex", "Menu": 5, "tags": ["menu"]}"#,
    ]

    @Test func aValueThatMeansNothingIsAnError() async throws {
        var rows = ""
        for (index, (key, value)) in Self.wrong.enumerated() {
            rows += Rows.page(
                "bad\(index)", route: "/bad\(index)/", metadata: #"{"\#(key)": \#(value)}"#)
        }
        for (index, metadata) in Self.right.enumerated() {
            rows += Rows.page("good\(index)", route: "/good\(index)/", metadata: metadata)
        }
        for (index, metadata) in ["[1]", "5", #"{"hydrate": true}"#].enumerated() {
            rows += Rows.pageWithComponent("part\(index)", code: "<p/>", metadata: metadata)
        }
        let site = try await TestSite(rows)
        let report = try await site.build { $0.keepsGoing = true }
        for (index, (key, value)) in Self.wrong.enumerated() {
            let errors = report.errors.filter { $0.location.page == "bad\(index)" }
            #expect(errors.map(\.code) == [.badMetadata], "\(key): \(value)")
            #expect(errors.first?.location.field == "metadata")
            #expect(errors.first?.message.hasPrefix("metadata.\(key) is ") == true)
            #expect(errors.first?.hint?.hasPrefix("it is ") == true)
        }
        #expect(!report.errors.contains { $0.location.page?.hasPrefix("good") == true })
        for index in 0..<3 {
            let errors = report.errors.filter { $0.location.component == "part\(index)-part" }
            #expect(errors.contains { $0.code == .badMetadata }, "\(index): \(errors)")
        }
        let files = try site.files()
        for index in Self.right.indices { #expect(files["good\(index)/index.html"] != nil) }
        #expect(!files.keys.contains { $0.hasPrefix("bad") || $0.hasPrefix("part") })
    }

    /// What other pages show of a page, and all pages of their node, has a limit; beyond it, they show what
    /// was published.
    @Test func aTextThatOtherPagesShowHasALimit() async throws {
        let list =
            "export default () => <ul>{usePages().map(p => <li key={p.key}>{p.title}</li>)}</ul>"
        let site = try await TestSite(
            Rows.component("list", code: list) + Rows.page("home", route: "/")
                + Rows.block(on: "home", "list")
                + (0..<4).map { Rows.page("p\($0)", route: "/p\($0)/") }.joined())
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let good = try site.liveManifest()
        let long = "repeat('x ', 513)"
        let edits = [
            "page_name = \(long)", "meta_title = \(long)",
            "meta_description = repeat('\u{E9}', 4097)",
            "metadata = jsonb_build_object('menu', \(long))",
        ]
        for (index, edit) in edits.enumerated() {
            try site.database.run(
                "UPDATE robbieblocks_pages SET \(edit) WHERE page_key = 'p\(index)'")
        }
        try site.database.run(
            "UPDATE robbieblocks_node_branding SET node_name = \(long), enabled_apps ="
                + " ARRAY[repeat('x ', 500000), 'sharedd', 'shared']")
        for report in [
            try await keeper.build(.changes), try await site.keeper().build(.reconciliation),
        ] {
            let wrong = report.errors.filter { $0.code == .contentTooLarge }
            #expect(wrong.compactMap(\.location.page).sorted() == ["p0", "p1", "p2", "p3"])
            #expect(
                Set(wrong.compactMap(\.location.field)) == [
                    "page_name", "meta_title", "meta_description", "metadata", "node_name",
                ])
            // A message quotes the beginning of a text.
            #expect(report.diagnostics.allSatisfy { "\($0)".utf8.count < 2000 })
            #expect(try site.liveManifest() == good)
        }
        try site.database.run(
            "UPDATE robbieblocks_pages SET page_name = page_key, meta_title = repeat('y', 1024),"
                + " meta_description = repeat('y', 8192), metadata = '{}';"
                + "UPDATE robbieblocks_node_branding SET node_name = repeat('z', 1024),"
                + " enabled_apps = '{}'")
        #expect(try await keeper.build(.changes).errors == [])
        #expect(try site.liveManifest() == (await site.cleanManifest()))
    }

    /// A wrong address takes neither the sitemap nor the canonical links away.
    @Test func aWrongNodeLeavesTheSiteAsItWas() async throws {
        let site = try await TestSite(
            #"UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://a.example"}';"#
                + Rows.page("home", route: "/"))
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let before = try site.files()
        try site.database.run(
            #"UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://a.example/b"}'"#
        )
        #expect(try await site.build().outcome == .refused)
        let report = try await keeper.build(.changes)
        #expect(report.outcome == .unchanged(release: 1))
        #expect(report.errors.map(\.code) == [.badMetadata])
        #expect(report.errors.first?.location == .init(node: "acme", field: "metadata"))
        #expect(report.pending == 1)
        #expect(try site.files() == before)
        try site.database.run(
            #"UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://b.example"}'"#
        )
        #expect(try await keeper.build(.changes).outcome == .published(release: 2))
        #expect(try site.text("sitemap.xml").contains("https://b.example/"))

        try site.database.run(
            #"UPDATE robbieblocks_node_branding SET style_overrides = '{"theme": 5, "spacing.md": null}'"#
        )
        let errors = try await site.build().errors
        #expect(Set(errors.map(\.code)) == [.badBranding, .badToken], "\(errors)")
    }

    /// Invalid values in the row of a node, beside valid ones.
    private static let wrongNodes = [
        #"metadata = '{"base_url": "https://a.example/b", "tagline": "Good"}'"#,
        #"metadata = '{"base_url": "https://a.example", "tagline": 5}'"#,
        "metadata = '[1]'", #"metadata = '{"base_url": 1e400}'"#, "style_overrides = '5'",
        #"style_overrides = '{"theme": "light", "spacing.md": "1px;}"}'"#,
        #"style_overrides = '{"theme": "lihgt", "spacing.md": "17px"}'"#,
        "custom_css = '.a { color: red'", "custom_scripts = 'let = ;'",
    ]

    /// The wrong column stays as it was published; pages and tokens go live, also after a restart.
    @Test func aWrongNodeRowStopsNoOtherEdit() async throws {
        let good = #"""
            UPDATE robbieblocks_node_branding
            SET metadata = '{"base_url": "https://a.example", "tagline": "Good"}',
                style_overrides = '{"theme": "light", "spacing.md": "17px"}',
                custom_css = '.a { color: red }', custom_scripts = 'console.log("good")'
            WHERE node_id = 'acme';
            """#
        let site = try await TestSite(
            good + Rows.page("home", route: "/", app: "work")
                + Rows.page("about", route: "/about/", app: "work")
                + Rows.pageWithComponent("part", code: "<p>{useNode().tagline}</p>")
                    + """
                    INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps)
                    VALUES ('other', 'Other', '{shared}');
                    """)
        let cache = BundleCache()
        var keeper = try site.keeper(cache: cache)
        #expect(try await keeper.build(.reconciliation).errors == [])
        var number = 0
        for wrong in Self.wrongNodes {
            let before = try site.files()
            try site.database.run(
                "UPDATE robbieblocks_node_branding SET \(wrong) WHERE node_id = 'acme'")
            let report = try await keeper.build(.changes)
            #expect(!report.errors.isEmpty && report.pending == 1, "\(wrong): \(report)")
            #expect(try site.files() == before, "\(wrong)")
            for isRestarted in [false, true] {
                if isRestarted { keeper = try site.keeper(cache: cache) }
                number += 1
                try site.database.run(
                    """
                    UPDATE robbieblocks_pages SET content = 'Edit \(number).' WHERE page_key = 'about';
                    UPDATE robbieblocks_style_tokens SET default_value = '\(100 + number)px'
                    WHERE token_key = 'spacing.lg';
                    """)
                let report = try await keeper.build(isRestarted ? .reconciliation : .changes)
                #expect(!report.errors.isEmpty && report.pending == 1, "\(wrong): \(report)")
                #expect(report.rendered == 1, "\(wrong)")
                var (then, now) = (before, try site.files())
                let tokens = String(decoding: now["assets/site.css"] ?? [], as: UTF8.self)
                #expect(tokens.contains("--spacing-lg: \(100 + number)px"), "\(wrong)")
                #expect(tokens.contains("--spacing-md: 17px"), "\(wrong)")
                #expect(try site.text("about/index.html").contains("Edit \(number)."), "\(wrong)")
                for path in ["assets/site.css", "about/index.html"] {
                    (then[path], now[path]) = (nil, nil)
                }
                #expect(then == now, "\(wrong)")
            }
            let other = try await site.build(cache: cache) { $0.node = "other" }
            #expect(other.errors == [], "\(wrong)")
            try site.database.run(good)
            let fixed = try await keeper.build(.changes)
            #expect(fixed.errors == [] && fixed.pending == 0, "\(wrong): \(fixed)")
            #expect(try site.liveManifest() == (await site.cleanManifest(cache: cache)), "\(wrong)")
        }
    }

    @Test func aPageMayStayOutOfSearchEngines() async throws {
        func robots(_ page: String) -> String {
            "UPDATE robbieblocks_pages SET metadata = '\(page)' WHERE page_key = 'thanks'"
        }
        let shown = #"{"menu": "Thanks"}"#
        let hidden = #"{"menu": "Thanks", "noindex": true}"#
        let site = try await TestSite(
            #"UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://a.example"}';"#
                + Rows.page("home", route: "/")
                + Rows.page("thanks", route: "/thanks/", metadata: shown)
                + Rows.pageWithComponent(
                    "nav", code: "<p>{useMenu().map((entry) => entry.route).join()}</p>")
        )
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let entry = "<loc>https://a.example/thanks/</loc>"
        let tag = #"<meta name="robots" content="noindex"/>"#
        for (metadata, isHidden) in [(hidden, true), (shown, false), (hidden, true)] {
            try site.database.run(robots(metadata))
            let report = try await keeper.build(.changes)
            #expect(report.rendered == 1, "\(report.diagnostics)")
            #expect(try site.text("sitemap.xml").contains(entry) != isHidden)
            #expect(try site.text("thanks/index.html").contains(tag) == isHidden)
            #expect(try site.text("nav/index.html").contains("<p>/thanks/</p>"))
            #expect(try !site.text("index.html").contains(tag))
            #expect(try site.liveManifest() == (await site.cleanManifest()))
        }
        // A page that fails stays as it was published, in the sitemap too.
        try site.database.run(
            robots(#"{"menu": "Thanks", "noindex": 0}"#))
        #expect(try await keeper.build(.changes).errors.map(\.code) == [.badMetadata])
        #expect(try await site.build { $0.keepsGoing = true }.errors.map(\.code) == [.badMetadata])
        #expect(try !site.text("sitemap.xml").contains(entry))
    }
}
