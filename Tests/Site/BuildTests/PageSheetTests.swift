import Build
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

/// A page has the site's style sheet, and one of its own components that it shares with pages of the
/// same kind.
@Suite struct PageSheetTests {
    private static let rows =
        Rows.component("card", code: "export default () => <p>card</p>", styles: ".card{order:1}")
        + Rows.component("note", code: "export default () => <p>note</p>", styles: ".note{order:1}")
        + Rows.component("bare", code: "export default () => <p>bare</p>")
        + Rows.page("one", route: "/") + Rows.page("two", route: "/two/")
        + Rows.page("three", route: "/three/") + Rows.page("four", route: "/four/")
        + Rows.block(on: "one", "card") + Rows.block(on: "two", "card")
        + Rows.block(on: "two", "note", order: 2) + Rows.block(on: "three", "bare")
        + Rows.block(on: "four", "note") + Rows.block(on: "four", "card", order: 2)

    private static let styles = "UPDATE robbieblocks_components SET css_styles ="

    /// The links of a page to style sheets.
    private func links(of page: String, in site: TestSite) throws -> [String] {
        try site.text(page).matches(of: /<link rel="stylesheet" href="([^"]*)"/).map {
            String($0.1)
        }
    }

    private func sheets(of site: TestSite) throws -> [String] {
        try site.liveManifest().files.keys.filter { $0.hasPrefix("assets/page-") }.sorted()
    }

    private func expectSameAsClean(
        _ site: TestSite, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let (live, clean) = (try site.liveManifest(), try await site.cleanManifest())
        #expect(live == clean, sourceLocation: location)
    }

    @Test func anEditOfStylesCostsWhatItReaches() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let two = try links(of: "two/index.html", in: site)
        #expect(two.count == 2 && two[0] == "/assets/site.css")
        // The order in which blocks stand makes no other sheet.
        #expect(try links(of: "four/index.html", in: site) == two)
        #expect(try links(of: "three/index.html", in: site) == ["/assets/site.css"])
        let text = try site.text(String(two[1].dropFirst()))
        #expect(text == "@layer components{.card{order:1}}\n@layer components{.note{order:1}}\n")
        #expect(try sheets(of: site).count == 2)

        for edit in [
            "UPDATE robbieblocks_style_tokens SET default_value = '17px' WHERE token_key = 'spacing.md'",
            "UPDATE robbieblocks_node_branding SET custom_css = '.mine{order:7}'",
        ] {
            let before = try site.liveManifest().files
            try site.database.run(edit)
            #expect(try await keeper.build(.changes).rendered == 0, "\(edit)")
            let changed = try site.liveManifest().files.filter { before[$0.key] != $0.value }
            #expect(Set(changed.keys) == ["assets/site.css"], "\(edit)")
            try await expectSameAsClean(site)
        }
        #expect(try site.text("assets/site.css").contains("@layer custom{.mine{order:7}}"))

        // Two sheets are others, and the three pages that link them.
        try site.database.run("\(Self.styles) '.card{order:2}' WHERE component_key = 'card'")
        #expect(try await keeper.build(.changes).rendered == 3)
        #expect(try sheets(of: site).count == 2)
        try await expectSameAsClean(site)
    }

    @Test func sheetsComeAndGoWithTheComponentsOfPages() async throws {
        let site = try await TestSite(Self.rows)
        var keeper = try site.keeper { $0.compresses = true }
        try await keeper.build(.reconciliation)
        func blocks(_ page: String, _ what: String) -> String {
            "\(what) page_id = (SELECT id FROM robbieblocks_pages WHERE page_key = '\(page)');"
        }
        let steps: [(sql: String, sheets: Int)] = [
            // A set of components that no page had, each of which the site had.
            (Rows.block(on: "three", "note", order: 2), 3),
            ("UPDATE robbieblocks_pages SET content = 'text' WHERE page_key = 'three';", 3),
            (blocks("three", "DELETE FROM robbieblocks_page_blocks WHERE"), 2),
            (blocks("one", "DELETE FROM robbieblocks_page_blocks WHERE"), 1),
            ("DELETE FROM robbieblocks_pages WHERE page_key IN ('two', 'four');", 0),
            (Rows.page("two", route: "/two/") + Rows.block(on: "two", "card"), 1),
        ]
        for (index, step) in steps.enumerated() {
            // One that was started again knows which sheets there are.
            if index == 1 { keeper = try site.keeper { $0.compresses = true } }
            try site.database.run(step.sql)
            let report = try await keeper.build(index == 1 ? .reconciliation : .changes)
            #expect(report.errors == [], "\(step.sql)")
            let found = try sheets(of: site).filter { $0.hasSuffix(".css") }
            #expect(found.count == step.sheets, "\(step.sql): \(found)")
            let clean = try await site.cleanManifest { $0.compresses = true }
            #expect(try site.liveManifest() == clean, "\(step.sql)")
        }
    }

    /// Its code and its styles were edited together: neither is live before both can be.
    @Test func aPageThatIsHeldKeepsItsSheet() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        try await keeper.build(.reconciliation)
        let before = try links(of: "two/index.html", in: site)
        try site.database.run(
            "\(Self.styles) '.card{order:3}', react_code = 'export default (' WHERE component_key = 'card'"
        )
        #expect(try await keeper.build(.changes).errors.isEmpty == false)
        // Another page gets another sheet meanwhile, and then loses it.
        for sql in [
            Rows.block(on: "three", "note", order: 2),
            "UPDATE robbieblocks_pages SET content = 'x' WHERE page_key = 'three';",
            "DELETE FROM robbieblocks_page_blocks WHERE page_id = (SELECT id FROM robbieblocks_pages"
                + " WHERE page_key = 'three');",
        ] {
            try site.database.run(sql)
            try await keeper.build(.changes)
            #expect(try links(of: "two/index.html", in: site) == before)
            let sheet = try site.text(String(before[1].dropFirst()))
            #expect(sheet.contains(".card{order:1}"))
        }
        try site.database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () => <p>new</p>'"
                + " WHERE component_key = 'card'")
        #expect(try await keeper.build(.changes).errors == [])
        #expect(try sheets(of: site).count == 2)
        try await expectSameAsClean(site)
    }
}
