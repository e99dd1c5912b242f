import Build
import Core
import PostgreSQL
import TestSupport
import Testing

/// Bad rows: the error names what an admin must edit, and the last good site stays.
@Suite struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var rows: String
        var code: Diagnostic.Code
        var page: String?
        var block: Int?
        var component: String?
        var line: Int?
        var column: Int?

        init(
            _ name: String, _ rows: String, _ code: Diagnostic.Code, page: String? = "bad",
            block: Int? = nil, component: String? = nil, line: Int? = nil, column: Int? = nil
        ) {
            self.name = name
            self.rows = rows
            self.code = code
            self.page = page
            self.block = block
            self.component = component
            self.line = line
            self.column = column
        }

        var testDescription: String { name }
    }

    static let routes = [
        "/../up/", "/a/../../b/", "/%2e%2e/x/", "/a%00/", "//double/", "/a//b/", "/back\\slash/",
        "no-slash", "/.hidden/", "/assets/x/", "/white space/", "/zero\u{200B}width/",
        "/q?x=1/", "/frag#x/", "/" + String(repeating: "s", count: 201) + "/",
    ]

    static let rows: [Case] = [
        Case(
            "unknown layout", Rows.page("bad", route: "/bad/", layout: "singel-column"),
            .unknownLayout),
        Case(
            "unknown zone",
            Rows.page("bad", route: "/bad/") + Rows.component("c", code: "<p/>")
                + Rows.block(on: "bad", "c", order: 4, zone: "middle"), .unknownZone, block: 4),
        Case(
            "unknown component",
            Rows.page("bad", route: "/bad/") + Rows.block(on: "bad", "nowhere", order: 2),
            .unknownComponent, block: 2),
        Case(
            "unpublished component",
            Rows.page("bad", route: "/bad/") + Rows.component("c", code: "<p/>", isPublished: false)
                + Rows.block(on: "bad", "c"), .unpublishedComponent, block: 1, component: "c"),
        Case("unknown app", Rows.page("bad", route: "/bad/", app: "marketting"), .unknownApp),
        Case(
            "unknown app in conditions",
            Rows.page("bad", route: "/bad/") + Rows.component("c", code: "<p/>")
                + Rows.block(on: "bad", "c", conditions: #"{"apps": ["plai"]}"#), .unknownApp,
            block: 1),
        Case(
            "unknown key in conditions",
            Rows.page("bad", route: "/bad/") + Rows.component("c", code: "<p/>")
                + Rows.block(on: "bad", "c", conditions: #"{"node": ["acme"]}"#), .badConditions,
            block: 1),
        Case(
            "same route twice", Rows.page("bad", route: "/good"), .routeCollision, page: "good"),
        Case(
            "same route in other case", Rows.page("bad", route: "/GOOD/"), .routeCollision,
            page: "good"),
        Case(
            "same route in another Unicode form",
            Rows.page("one", route: "/caf\u{E9}/") + Rows.page("two", route: "/cafe\u{301}/"),
            .badRoute, page: "two"),
        Case(
            "props of the wrong type",
            Rows.pageWithComponent(
                "bad", code: "<p>{props.n}</p>", schema: #"{"n": {"type": "number"}}"#,
                props: #"{"n": "three"}"#), .badProps, block: 1, component: "bad-part"),
        Case(
            "props that lack one",
            Rows.pageWithComponent(
                "bad", code: "<p>{props.n}</p>",
                schema: #"{"type": "object", "required": ["n"], "properties": {"n": {}}}"#),
            .badProps, block: 1, component: "bad-part"),
        Case(
            "a schema that is none",
            Rows.pageWithComponent(
                "bad", code: "<p/>",
                schema: #"{"type": "object", "properties": {"n": {"type": "nummer"}}}"#),
            .badPropsSchema, page: nil, component: "bad-part"),
        Case(
            "syntax error",
            Rows.pageWithComponent(
                "bad", code: "export default function X() {\n  return <p>{1 +}</p>;\n}"),
            .syntaxError, page: nil, component: "bad-part", line: 2),
        Case(
            "syntax error in a fragment", Rows.pageWithComponent("bad", code: "<p>{props.x</p>"),
            .syntaxError, page: nil, component: "bad-part", line: 1),
        Case(
            "no component", Rows.pageWithComponent("bad", code: "42;"), .noComponentFound,
            page: nil,
            component: "bad-part"),
        Case(
            "throws while rendering",
            Rows.pageWithComponent(
                "bad",
                code:
                    "export default function Bad({ items }) {\n  const n = 1;\n  return <p>{items.length}</p>;\n}"
            ), .renderFailed, block: 1, component: "bad-part", line: 3),
        Case(
            "throws in a fragment", Rows.pageWithComponent("bad", code: "<p>{props.a.b}</p>"),
            .renderFailed, block: 1, component: "bad-part", line: 1, column: 11),
        Case(
            "recurses without end",
            Rows.pageWithComponent(
                "bad",
                code: "const f = (n) => f(n + 1) + 1;\nfunction BadPart() { return <p>{f(0)}</p>; }"
            ),
            .renderFailed, block: 1, component: "bad-part"),
        Case(
            "loops for ever in a promise",
            Rows.pageWithComponent(
                "bad",
                code:
                    "const spin = async () => { for (;;) await 0; };\nfunction BadPart() { spin(); return <p/>; }"
            ), .renderTimedOut, block: 1, component: "bad-part"),
        Case(
            "allocates without end",
            Rows.pageWithComponent(
                "bad",
                code:
                    "function BadPart() { const a = []; for (;;) a.push(new Uint8Array(1 << 24).fill(1)); }"
            ),
            .renderOutOfMemory, block: 1, component: "bad-part"),
        Case(
            "Markdown over the limit",
            Rows.page("bad", route: "/bad/", content: String(repeating: "word ", count: 220_000)),
            .contentTooLarge),
        Case(
            "props over the limit",
            Rows.pageWithComponent(
                "bad", code: "<p/>", props: #"{"x": "\#(String(repeating: "y", count: 300_000))"}"#),
            .contentTooLarge, block: 1),
        Case(
            "Markdown that explodes",
            Rows.page(
                "bad", route: "/bad/",
                content: String(repeating: ">", count: 5000) + "a\n"), .contentTooLarge),
    ]

    static let imports = [
        "/etc/passwd", "../../secret", "./other", "node:fs", "fs", "https://evil.example/x.js",
        "lodash", "data:text/javascript,1", "react/../../x",
    ]

    private func check(_ bad: Case) async throws {
        let site = try await TestSite(Rows.page("good", route: "/good/", content: "# Good"))
        #expect(try await site.build().outcome == .published(release: 1))
        let before = try site.files()
        try site.database.run(bad.rows)

        let report = try await site.build()
        #expect(report.outcome == .refused)
        #expect(try site.files() == before)
        // On a busy machine a page's time may be over before its memory is full.
        let codes = bad.code == .renderOutOfMemory ? [bad.code, .renderTimedOut] : [bad.code]
        let found = try #require(
            report.errors.first { codes.contains($0.code) }, "\(report.diagnostics)")
        if let page = bad.page, bad.code != .routeCollision { #expect(found.location.page == page) }
        if let block = bad.block { #expect(found.location.block == block) }
        if let component = bad.component { #expect(found.location.component == component) }
        if let line = bad.line { #expect(found.location.line == line, "\(found)") }
        if let column = bad.column { #expect(found.location.column == column, "\(found)") }

        // With --keep-going, content without errors is published, and nothing else is lost.
        let kept = try await site.build { $0.keepsGoing = true }
        if bad.code != .routeCollision { #expect(kept.outcome != .refused) }
        #expect(try site.text("good/index.html").contains("Good"))
    }

    @Test(arguments: rows) func namesTheRow(of bad: Case) async throws { try await check(bad) }

    @Test(arguments: routes) func refusesTheRoute(_ route: String) async throws {
        try await check(Case(route, Rows.page("bad", route: route), .badRoute))
    }

    @Test(arguments: imports) func refusesTheImport(of path: String) async throws {
        for code in [
            "import x from '\(path)';\nexport default () => <p>{x}</p>;",
            "export default () => <p>{String(require('\(path)'))}</p>;",
            "export default () => { import('\(path)'); return <p/>; };",
        ] {
            let site = try await TestSite(Rows.pageWithComponent("bad", code: code))
            let report = try await site.build()
            #expect(report.outcome == .refused)
            let fault = try #require(report.errors.first)
            #expect(fault.code == .importNotAllowed, "\(code): \(report.diagnostics)")
            #expect(fault.location.component == "bad-part")
            #expect(fault.location.line != nil)
        }
    }

    @Test(arguments: [
        "red;}body{display:none", "</style><script>alert(1)</script>",
        "url(https://evil.example/x)",
        "red\\3b", "expression(alert(1))", "/* */ red", "red}",
    ])
    func refusesTheTokenValue(_ value: String) async throws {
        let site = try await TestSite(Rows.page("good", route: "/good/"))
        try await site.build()
        let before = try site.files()
        try site.database.connect().run(
            "UPDATE robbieblocks_style_tokens SET default_value = \(value) WHERE token_key = 'color.surface'"
        )
        let report = try await site.build()
        #expect(report.outcome == .refused)
        #expect(report.errors.first?.location.token == "color.surface")
        #expect(try site.files() == before)
    }

    @Test func keepsHostilePropsInsideTheirAttribute() async throws {
        let props =
            #"{"text": "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"}"#
        let site = try await TestSite(
            Rows.pageWithComponent(
                "island",
                code:
                    "function IslandPart({ text }) { const [t] = useState(text); return <p title={t}>{t}</p>; }",
                props: props))
        let report = try await site.build()
        #expect(report.diagnostics == [])
        let html = try site.text("island/index.html")
        #expect(!html.contains("<script>") && !html.contains("<img"))
        #expect(html.contains("&lt;/script&gt;&lt;script&gt;alert(1)"))
    }

    @Test func oneBadComponentDoesNotStopTheOtherPages() async throws {
        let site = try await TestSite(
            Rows.page("fine", route: "/fine/", content: "v1")
                + Rows.pageWithComponent("shaky", code: "<p>first</p>"))
        try await site.build()
        try site.database.run(
            """
            UPDATE robbieblocks_components SET react_code = '<p>{props.no.where}</p>';
            UPDATE robbieblocks_pages SET content = 'v2' WHERE page_key = 'fine';
            """)
        let report = try await site.build { $0.keepsGoing = true }
        #expect(report.outcome == .published(release: 2))
        #expect(report.kept == 1)
        #expect(try site.text("fine/index.html").contains("v2"))
        #expect(try site.text("shaky/index.html").contains("<p>first</p>"))
        #expect(report.errors.map(\.location.page) == ["shaky"])
    }

    /// The page has its time once; to name the component takes a little more.
    @Test func aLoopIsToldAfterTheTimeOfAPage() async throws {
        let site = try await TestSite(
            Rows.pageWithComponent("bad", code: "function BadPart() { for (;;); }"))
        let errors = try await site.build().errors
        #expect(errors.map(\.code) == [.renderTimedOut])
        #expect(errors.first?.location.component == "bad-part")
        // The message names the limit that was reached first, which is the page's.
        #expect(errors.first?.message.contains("within 5.0 s") == true)
    }

    @Test func triesAComponentThatEndsWorkersOnlyAFewTimes() async throws {
        let pages = (0..<12).map {
            Rows.page("p\($0)", route: "/p\($0)/") + Rows.block(on: "p\($0)", "stuck")
        }
        let site = try await TestSite(
            // More memory than a worker has is found out sooner than a loop.
            Rows.component(
                "stuck",
                code:
                    "function Stuck() { const a = []; for (;;) a.push(new Array(100000).fill(1)); }"
            )
                + pages.joined())
        let report = try await site.build()
        #expect(report.outcome == .refused)
        #expect(report.errors.count == 12)
        #expect(Set(report.errors.compactMap(\.location.page)).count == 12)
    }

    @Test func bothPagesOfOneRouteAreKept() async throws {
        let site = try await TestSite(
            Rows.page("one", route: "/one/", content: "first")
                + Rows.page("two", route: "/two/", content: "second"))
        try await site.build()
        try site.database.run(
            "UPDATE robbieblocks_pages SET page_route = '/one/' WHERE page_key = 'two'")
        let report = try await site.build { $0.keepsGoing = true }
        // The page that is published there keeps its place; the other one keeps its own.
        #expect(report.errors.map(\.location.page) == ["two"])
        #expect(report.kept == 1)
        #expect(try site.text("one/index.html").contains("first"))
        #expect(try site.text("two/index.html").contains("second"))
    }
}
