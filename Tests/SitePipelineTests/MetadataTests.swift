import Diagnostics
import SitePipeline
import TestSupport
import Testing

/// A key of `metadata` whose value means nothing is an error that names the row and the key.
@Suite struct MetadataTests {
    private static let wrong: [(key: String, value: String)] = [
        ("trusted", #""yes""#), ("trusted", "1"), ("menu_order", #""1""#), ("menu", "5"),
        ("menu", #"" ""#), ("menu", #"["x"]"#), ("language", "7"), ("language", #""en_US""#),
        ("language", #""""#), ("noindex", #""true""#), ("image", "{}"), ("image", #""photo.png""#),
        ("image", #""//a.example/x.png""#), ("menu_order", #"[{"deep": "value"}]"#),
    ]
    private static let right = [
        #"{"menu": "Label", "menu_order": 1.5, "trusted": true, "noindex": false}"#,
        #"{"menu": true, "menu_order": -3, "language": "de-CH-1901", "image": "/a.png"}"#,
        #"{"menu": false, "image": "https://a.example/x.png", "language": "x-klingon"}"#,
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
        let report = try await keeper.build(.changes)
        #expect(report.outcome == .refused)
        #expect(report.errors.map(\.code) == [.badMetadata])
        #expect(report.errors.first?.location == .init(node: "acme", field: "metadata"))
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
