import Build
import Core
import PostgreSQL
import TestSupport
import Testing

/// Rows that once got past the checks, each with what must come of it.
@Suite struct HostileRowsTests {
    private func refusal(of rows: String) async throws -> [Diagnostic] {
        let site = try await TestSite(rows)
        let report = try await site.build()
        #expect(report.outcome == .refused)
        return report.errors
    }

    /// The compiler lets these pass that the engine, or the compiler's next step, refuses.
    @Test(arguments: [
        ("export default () => <p>{/(/.test(\"x\")}</p>;", Diagnostic.Code.renderFailed),
        ("function BadPart() { return <p>{010}</p>; }", .syntaxError),
    ])
    func codeThatFailsLateFailsAlone(_ code: String, _ expected: Diagnostic.Code) async throws {
        let site = try await TestSite(
            Rows.pageWithComponent("bad", code: code) + Rows.page("good", route: "/good/"))
        let report = try await site.build { $0.keepsGoing = true }
        let fault = try #require(report.errors.first { $0.code == expected })
        #expect(fault.location.component == "bad-part")
        #expect(report.outcome == .published(release: 1))
        #expect(try site.text("good/index.html").contains("<title>good"))
    }

    /// Whatever a component's row has, pages without it are published: what the compiler takes but the
    /// engine refuses, schemas that cannot be read or that are large to check, styles without an end.
    @Test func aHostileComponentTakesNoOtherPageWithIt() async throws {
        func deep(_ count: Int, _ text: String, _ end: String) -> String {
            String(repeating: text, count: count) + "1" + String(repeating: end, count: count)
        }
        let hostile: [(key: String, sql: String)] = [
            ("brackets", "react_code = 'export default () => ' || repeat('[', 1000000)"),
            ("signs", "react_code = 'export default () => ' || repeat('!', 20000) || '1'"),
            ("chain", "react_code = 'export default () => 1' || repeat('+1', 20000)"),
            ("elements", "react_code = repeat('<a>', 9000) || repeat('</a>', 9000)"),
            ("styles", "css_styles = repeat('a{', 600000)"),
            ("deep-schema", "props_schema = '\(deep(900, #"{"not":"#, "}"))'"),
            (
                "large-schema",
                "props_schema = jsonb_build_object('title', repeat('x', 300000), 'type', 'object')"
            ),
            ("endless-schema", ##"props_schema = '{"$ref": "#"}'"##),
            (
                "slow-schema",
                #"props_schema = '{"type": "object", "properties": {"t": {"pattern": "^(a+)+$"}}}'"#
            ),
        ]
        var rows = Rows.page("good", route: "/good/")
        for (key, sql) in hostile {
            rows += Rows.pageWithComponent(
                key, code: "export default () => <b>x</b>;",
                props: #"{"t": "\#(String(repeating: "a", count: 60))!"}"#)
            rows += "UPDATE robbieblocks_components SET \(sql) WHERE component_key = '\(key)-part';"
        }
        let site = try await TestSite(rows)
        let report = try await site.build { $0.keepsGoing = true }
        #expect(report.outcome == .published(release: 1))
        #expect(try site.text("good/index.html").contains("<title>good"))
        let named = Set(report.errors.compactMap(\.location.component))
        // Whether the engine takes these two depends on the room that its stack has.
        let results = ["chain": ">20001</", "signs": "<main id=\"main\""]
        for (key, _) in hostile where !named.contains(key + "-part") {
            let expected = try #require(results[key], "\(key) is not named")
            #expect(try site.text("\(key)/index.html").contains(expected), "\(key)")
        }
    }

    @Test func aStringCutInsideAnEmojiLosesNothingElse() async throws {
        let site = try await TestSite(
            Rows.pageWithComponent(
                "cut", code: "export default ({ t }) => <p>before {t.slice(0, 1)} after</p>;",
                props: "{\"t\": \"\u{1F600}\"}"))
        try await site.build()
        #expect(try site.text("cut/index.html").contains("<p>before \u{FFFD} after</p>"))
    }

    @Test(arguments: [
        "/404.html/", "/robots.txt/", "/sitemap.xml/", "/robots.txt.gz/x/", "/index.html/",
        "/a/INDEX.html/", "/a/index.html.br/",
    ])
    func aRouteIsNoFileOfTheSite(_ route: String) async throws {
        let errors = try await refusal(of: Rows.page("bad", route: route))
        #expect(errors.map(\.code) == [.badRoute])
        #expect(errors.first?.location.page == "bad")
    }

    @Test func aMenuOrderOutOfBoundsOnlySorts() async throws {
        let site = try await TestSite(
            Rows.page("last", route: "/a/", metadata: #"{"menu": "Last", "menu_order": 1e20}"#)
                + Rows.page("first", route: "/b/", metadata: #"{"menu": "First", "menu_order": 1}"#)
                + Rows.component(
                    "menu",
                    code: "export default () => <p>{useMenu().map((m) => m.label).join()}</p>;")
                + Rows.block(on: "last", "menu"))
        #expect(try await site.build().diagnostics == [])
        #expect(try site.text("a/index.html").contains("<p>First,Last</p>"))
    }

    @Test func jsonThatCannotBeReadNamesItsRow() async throws {
        let site = try await TestSite(
            Rows.pageWithComponent(
                "bad", code: "<p/>", schema: #"{"n": {"type": "number", "maximum": 1e400}}"#))
        let errors = try await site.build().errors
        #expect(errors.map(\.code) == [.badPropsSchema, .unknownComponent])
        #expect(errors.first?.location == .init(component: "bad-part", field: "props_schema"))
        try site.database.run(
            """
            UPDATE robbieblocks_components SET props_schema = NULL;
            UPDATE robbieblocks_node_branding SET style_overrides = '["theme"]';
            """)
        let other = try await site.build()
        #expect(other.outcome == .refused)
        #expect(other.errors.map(\.location) == [.init(node: "acme", field: "style_overrides")])
    }

    @Test(arguments: [#""javascript:alert(1)""#, #""https://a.example/\nDisallow: /""#, "5"])
    func aBaseAddressIsAnAddress(_ value: String) async throws {
        let errors = try await refusal(
            of: "UPDATE robbieblocks_node_branding SET metadata = $j${\"base_url\": \(value)}$j$;"
                + Rows.page("home", route: "/"))
        #expect(errors.map(\.code) == [.badMetadata])
        #expect(errors.first?.location.node == "acme")
    }

    @Test func anIslandStartsWithThePropsThatTheServerStartedWith() async throws {
        let code = """
            export default function Part({ list, n }) {
              const [a] = useState(0);
              return <p>{list.reverse().join("")} {String(n)}</p>;
            }
            """
        let site = try await TestSite(
            Rows.pageWithComponent("turn", code: code, props: #"{"list": ["a", "b"], "n": 1e400}"#))
        try await site.build()
        let html = try site.text("turn/index.html")
        #expect(html.contains("&quot;n&quot;:null,&quot;list&quot;:[&quot;a&quot;,&quot;b&quot;]"))
        #expect(html.contains("<p>ba<!-- --> <!-- -->null</p>"))
    }

    @Test(arguments: ["key", "ref"]) func aPropThatReactTakesIsRefused(_ name: String) async throws
    {
        let errors = try await refusal(
            of: Rows.pageWithComponent("bad", code: "<p/>", props: "{\"\(name)\": \"x\"}"))
        #expect(errors.map(\.code) == [.badProps])
        #expect(errors.first?.location.block == 1)
    }

    @Test func everyBlockHasIdsOfItsOwn() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/")
                + Rows.component("named", code: "export default () => <p id={useId()}>x</p>;")
                + Rows.block(on: "home", "named", order: 1)
                + Rows.block(on: "home", "named", order: 2))
        try await site.build()
        let html = try site.text("index.html")
        #expect(html.contains("<p id=\":b1-R0:\">") && html.contains("<p id=\":b2-R0:\">"))
    }

    @Test func twoSchemasMayHaveOneName() async throws {
        func part(_ key: String) -> String {
            Rows.component(
                key, code: "<p>\(key) {props.x}</p>",
                schema: #"{"$id": "s", "properties": {"x": {"default": "\#(key)"}}}"#)
        }
        let site = try await TestSite(
            Rows.page("home", route: "/") + part("one") + part("two")
                + Rows.block(on: "home", "one", order: 1) + Rows.block(on: "home", "two", order: 2))
        #expect(try await site.build().diagnostics == [])
        #expect(try site.text("index.html").contains("<p>one one</p><p>two two</p>"))
    }

    /// The compiler would read the endless device to its end.
    @Test(.timeLimit(.minutes(1))) func aSourceMapIsNotFetched() async throws {
        let up = String(repeating: "../", count: 12)
        let address = "# sourceMappingURL="
        let component = "export default () => <p/>;\n//"
        // A mark behind the '=' is one Character with it.
        let site = try await TestSite(
            Rows.pageWithComponent("map", code: "\(component)\(address)\(up)dev/zero")
                + Rows.pageWithComponent(
                    "marked", code: "\(component)\(address)\u{301}/\(up)dev/zero")
                + Rows.component(
                    "styled", code: "<p/>", styles: "p{}/*\(address)\u{301}/\(up)dev/zero */")
                + Rows.block(on: "map", "styled", order: 2))
        #expect(try await site.build().diagnostics == [])
    }

    @Test func stylesStayInsideTheirLayerWhenTheBuildKeepsGoing() async throws {
        let escape = "p{color:red}}\u{301} body{display:none}"
        let comment = "/*! ' */ p{color:red} } body{display:none} /*! ' */"
        for styles in [escape, comment] {
            let site = try await TestSite(
                Rows.page("home", route: "/")
                    + Rows.component("part", code: "<p/>", styles: styles)
                    + Rows.block(on: "home", "part"))
            let report = try await site.build { $0.keepsGoing = true }
            #expect(report.errors.contains { $0.code == .badStyles })
            let sheets = try site.files().filter { $0.key.hasPrefix("assets/part-") }
            #expect(sheets.isEmpty)
        }
    }

    /// Components that attack the objects shared by all pages, or the renderer itself.
    @Test(arguments: [
        "usePage.leak = (usePage.leak ?? 0) + 1",
        "createElement.leak = (createElement.leak ?? 0) + 1",
        "Component.leak = (Component.leak ?? 0) + 1", "Children.leak = (Children.leak ?? 0) + 1",
        "console.leak = (console.leak ?? 0) + 1", "globalThis.Array = { isArray: () => false }",
        "WebAssembly.leak = (WebAssembly.leak ?? 0) + 1",
        "globalThis.robbieblocks.setSite('{\"node\":{\"name\":\"Taken\"},\"menu\":[],\"pages\":[]}')",
        "globalThis.robbieblocksFreeze(5)",
    ])
    func aPageDoesNotReachTheNext(_ act: String) async throws {
        let code = """
            export default function Part({ n }) {
              let result;
              try { result = \(act); } catch { result = "refused"; }
              return <p>{String(result)} {useNode().name}</p>;
            }
            """
        let pages = (0..<3).map {
            Rows.page("p\($0)", route: "/p\($0)/")
                + Rows.block(on: "p\($0)", "part", props: #"{"n": \#($0)}"#)
        }
        let site = try await TestSite(Rows.component("part", code: code) + pages.joined())
        let report = try await site.build { $0.workers = 1 }
        #expect(report.diagnostics == [])
        for page in 0..<3 {
            #expect(try site.text("p\(page)/index.html").contains("<p>refused Acme</p>"))
        }
    }

    @Test(arguments: ["[1]", "null", "5"]) func metadataIsAnObject(_ metadata: String) async throws
    {
        let errors = try await refusal(
            of: Rows.page("bad", route: "/bad/", metadata: metadata))
        #expect(errors.map(\.code) == [.badMetadata])
        #expect(errors.first?.location == .init(page: "bad", field: "metadata"))
    }

    @Test func theSitemapHasOnlyWhatIsPublished() async throws {
        let site = try await TestSite(
            """
            UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://a.example"}';
            """ + Rows.page("good", route: "/good/")
                + Rows.pageWithComponent("bad", code: "<p>{props.no.where}</p>"))
        try await site.build { $0.keepsGoing = true }
        let sitemap = try site.text("sitemap.xml")
        #expect(sitemap.contains("/good/") && !sitemap.contains("/bad/"))
    }
}
