import Build
import TestSupport
import Testing

/// Content written for the data contract builds unchanged.
@Suite struct ContractTests {
    @Test func rendersAllShapesOfCode() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/")
                + Rows.component(
                    "as-module", code: "export default function Any({ x }) { return <b>1{x}</b>; }")
                + Rows.component(
                    "as-const", code: "const Other = 1;\nconst AsConst = ({ x }) => <b>2{x}</b>;")
                + Rows.component(
                    "as-function", code: "function AsFunction(props) { return <b>3{props.x}</b>; }")
                + Rows.component(
                    "last-one",
                    code: "const First = () => <i/>;\nconst Last = ({ x }) => <b>4{x}</b>;")
                + Rows.component("as-fragment", code: "<b>5{props.x}</b>")
                + Rows.component("two-roots", code: "<b>6{props.x}</b>\n<i>don't</i>")
                + Rows.component(
                    "typed",
                    code: "type P = { x: string };\nexport default ({ x }: P) => <b>7{x}</b>;")
                + Rows.component(
                    "named", code: "export const Named = ({ x }) => <b>8{x}</b>;")
                + [
                    "as-module", "as-const", "as-function", "last-one", "as-fragment", "two-roots",
                    "typed", "named",
                ].enumerated().map {
                    Rows.block(on: "home", $0.element, order: $0.offset, props: #"{"x": "!"}"#)
                }.joined())
        let report = try await site.build()
        #expect(report.diagnostics == [])
        let html = try site.text("index.html")
        for number in 1...8 { #expect(html.contains("<b>\(number)!</b>")) }
        #expect(html.contains("<i>don&#x27;t</i>"))
    }

    @Test func usesHooksWithoutImportingThem() async throws {
        let site = try await TestSite(
            Rows.pageWithComponent(
                "counter",
                code: """
                    const Counter = ({ start }) => {
                      const [count, setCount] = useState(start);
                      return <button onClick={() => setCount(count + 1)}>{count}</button>;
                    };
                    """, props: #"{"start": 3}"#))
        let report = try await site.build()
        #expect(report.diagnostics == [])
        let html = try site.text("counter/index.html")
        #expect(html.contains("<button>3</button></rb-island>"))
        #expect(html.contains("<script type=\"module\" src=\"/assets/islands-"))
        #expect(html.contains("rel=\"modulepreload\""))
    }

    @Test(arguments: [
        #"{"greeting": {"type": "string", "default": "Hi"}}"#,
        #"{"type": "object", "properties": {"greeting": {"type": "string", "default": "Hi"}}}"#,
        #"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {"greeting": {"default": "Hi"}}}"#,
        #"{"greeting": {"type": "string", "default": "Hi"}, "type": {"type": "string"}}"#,
    ])
    func fillsDefaultsFromBothFormsOfSchema(schema: String) async throws {
        let site = try await TestSite(
            Rows.pageWithComponent("hello", code: "<p>{props.greeting}, you</p>", schema: schema))
        let report = try await site.build()
        #expect(report.diagnostics == [])
        #expect(try site.text("hello/index.html").contains("<p>Hi, you</p>"))
    }

    @Test func buildsRowsWithAllOptionalColumnsLeftOut() async throws {
        let site = try await TestSite(
            """
            INSERT INTO robbieblocks_pages (page_key, app_namespace, page_name, page_route, status)
            VALUES ('bare', 'work', 'Bare page', '/bare', 'published');
            INSERT INTO robbieblocks_pages
                (page_key, app_namespace, page_name, page_route, layout_template, content, status,
                 metadata)
            VALUES ('nulls', 'work', 'Nulls', '/nulls/', NULL, NULL, 'published', NULL);
            """)
        let report = try await site.build()
        #expect(report.diagnostics == [])
        #expect(try site.text("bare/index.html").contains("<title>Bare page | Acme</title>"))
        #expect(try site.text("nulls/index.html").contains("<title>Nulls | Acme</title>"))
    }

    @Test func choosesBlocksByConditions() async throws {
        let conditions: [(String, Bool)] = [
            (#"{"nodes": ["acme"]}"#, true), (#"{"nodes": ["other"]}"#, false),
            (#"{"apps": ["play"]}"#, true), (#"{"themes": ["light"]}"#, true),
            (#"{"themes": ["dark"]}"#, false), (#"{"not": {"themes": ["dark"]}}"#, true),
            (#"{"from": "2020-01-01T00:00:00Z"}"#, true), (#"{"from": "2999-01-01"}"#, false),
            (#"{"until": "2020-01-01T00:00:00+02:00"}"#, false),
            (#"{"nodes": ["acme"], "themes": ["dark"]}"#, false),
        ]
        let site = try await TestSite(
            "INSERT INTO robbieblocks_node_branding (node_id, node_name) VALUES ('other', 'Other');"
                + Rows.page("home", route: "/")
                + Rows.component("mark", code: "<b>{props.n}</b>")
                + conditions.enumerated().map {
                    Rows.block(
                        on: "home", "mark", order: $0.offset, props: #"{"n": "n\#($0.offset)"}"#,
                        conditions: $0.element.0)
                }.joined())
        let report = try await site.build()
        #expect(report.diagnostics == [])
        let html = try site.text("index.html")
        for (index, (text, isShown)) in conditions.enumerated() {
            #expect(html.contains("<b>n\(index)</b>") == isShown, "\(text)")
        }
    }

    @Test func leavesOutWhatIsNotPublished() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/") + Rows.page("draft", route: "/draft/", status: "draft")
                + Rows.page("old", route: "/old/", status: "archived")
                + Rows.page("later", route: "/later/")
                + "UPDATE robbieblocks_pages SET published_at = now() + interval '1 day' WHERE page_key = 'later';"
        )
        try await site.build()
        #expect(
            Set(try site.files().keys).isDisjoint(with: ["draft/index.html", "later/index.html"]))
        let drafts = site.folder.path + "/drafts"
        try await site.build {
            $0.includesDrafts = true
            $0.output = drafts
        }
        let files = Set(try site.files(in: "\(drafts)/\(site.node)/current").keys)
        #expect(files.contains("draft/index.html") && files.contains("later/index.html"))
        #expect(!files.contains("old/index.html"))
    }

    @Test func givesEachNodeItsOwnPagesAndLook() async throws {
        let site = try await TestSite(
            """
            INSERT INTO robbieblocks_node_branding (node_id, node_name, style_overrides, enabled_apps)
            VALUES ('night', 'Night', '{"theme": "dark", "color.primary": "#8B5CF6"}', '{play}');
            """ + Rows.page("home", route: "/") + Rows.page("job", route: "/job/", app: "work"))
        try await site.build()
        try await site.build { $0.node = "night" }
        let day = try site.files()
        let night = try site.files(in: "\(site.output)/night/current")
        #expect(day["job/index.html"] != nil && night["job/index.html"] == nil)
        let tokens = [day, night].map {
            String(decoding: $0["assets/site.css"] ?? [], as: UTF8.self)
        }
        #expect(tokens[0].contains("#3B82F6") && tokens[0].contains("color-scheme: light"))
        #expect(tokens[1].contains("#8B5CF6") && tokens[1].contains("color-scheme: dark"))
    }
}
