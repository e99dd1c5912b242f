import Build
import Core
import TestSupport
import Testing

/// What goes wrong while a component is rendered is said in words, with its place, and is not published.
@Suite struct SilenceTests {
    private struct Case {
        var code: String
        /// A part of the error's message; nil when the page is published.
        var message: String?
        var line: Int?
        var column: Int?
        /// A part of the published page.
        var html = ""
        var props = #"{"item": {}}"#
    }

    private static let price =
        "function Price({ item }) { return <b>{item.price.toFixed(2)}</b>; }\n"
    private static let clientOnly = """
        function Widget() {
          if (typeof window === 'undefined') throw Error('only in the browser');
          return <b>ready</b>;
        }

        """

    private static let cases: [String: Case] = [
        "suspense": Case(
            code: price
                + "export default ({ item }) => <i><Suspense fallback={null}><Price item={item} /></Suspense></i>;",
            message: "item.price", line: 1),
        "suspense-island": Case(
            code: price + """
                export default ({ item }) => { const [n, set] = React.useState(0);
                  return <p><b onClick={() => set(n + 1)}>{n}</b><Suspense fallback={<i>wait</i>}><Price item={item} /></Suspense></p>; };
                """, message: "item.price", line: 1),
        "lazy": Case(
            code: """
                const Chart = React.lazy(async () => ({ default: () => <figure>chart</figure> }));
                export default () => <React.Suspense fallback={<p>Loading</p>}><Chart /></React.Suspense>;
                """, html: "<figure>chart</figure>"),
        "never": Case(
            code: """
                const Never = React.lazy(() => new Promise(() => {}));
                export default () => <React.Suspense fallback={<p>Loading</p>}><Never /></React.Suspense>;
                """, message: "it waits for something that does not happen"),
        "client-only": Case(
            code: clientOnly
                + "export default () => <Suspense fallback={<p>Loading</p>}><Widget /></Suspense>;",
            message: "only in the browser", line: 2),
        "client-only-island": Case(
            code: clientOnly + """
                export default () => { useEffect(() => {}); return <Suspense fallback={<p>Loading</p>}><Widget /></Suspense>; };
                """, html: "<p>Loading</p>"),
        // Both boundaries show their fallbacks, and what stands beside them is broken.
        "nested-boundaries": Case(
            code: clientOnly + price + """
                export default ({ item }) => { useEffect(() => {}); return <div>
                  <Suspense fallback={<p>outer</p>}><Suspense fallback={<p>inner</p>}><Widget /></Suspense><Widget /></Suspense>
                  <Suspense fallback={<p>price</p>}><Price item={item} /></Suspense></div>; };
                """, message: "item.price"),
        "fallback-boundaries": Case(
            code: clientOnly + """
                export default () => { useEffect(() => {}); return <div>
                  <Suspense fallback={<Suspense fallback={<p>last</p>}><Widget /></Suspense>}><Widget /></Suspense>
                  <Suspense fallback={<p>other</p>}><b>beside</b></Suspense></div>; };
                """, html: "<b>beside</b>"),
        "lifecycle": Case(
            code: """
                export default class Clock extends React.Component {
                  state = { text: 'server' };
                  componentDidMount() { this.setState({ text: 'mounted' }); }
                  render() { return <time>{this.state.text}</time>; }
                }
                """, html: "<rb-island data-component=\"lifecycle-part\""),
        "callback-ref": Case(
            code: "export default () => <input ref={(field) => field?.focus()} />;",
            html: "<rb-island data-component=\"callback-ref-part\""),
        "helper": Case(
            code: "const Card = () => <b>card</b>;\nfunction helper(x) { return x + 1; }",
            html: "<b>card</b>"),
        "constant": Case(
            code: "const Card = () => <b>card</b>;\nconst sizes = { s: 1 };\nconst LIMIT = 5;",
            html: "<b>card</b>"),
        "object": Case(
            code: "export default () => {\n  const d = { a: 1 };\n  return <p>{d}</p>;\n};",
            message: "Objects are not valid as a React child", line: 3, column: 10),
        "sibling": Case(
            code:
                "export default () =>\n  <div>\n    <b>ok</b>\n    <i>{new Date(0)}</i>\n  </div>;",
            message: "Objects are not valid as a React child (found: [object Date])", line: 4),
        "style": Case(
            code: #"export default () => <b style="color: red">x</b>;"#,
            message: "The `style` prop expects a mapping", line: 1, column: 22),
        "type": Case(
            code: "const Icons: any = {};\nexport default () => <p><Icons.Star /></p>;",
            message: "Element type is invalid", line: 2, column: 25),
        "void": Case(
            code: "export default () => <br>x</br>;", message: "br is a self-closing tag", line: 1),
        "inner-html": Case(
            code: #"export default () => <b dangerouslySetInnerHTML="x" />;"#,
            message: "`props.dangerouslySetInnerHTML` must be in the form", line: 1),
        "context": Case(
            code:
                "const C = React.createContext(1);\nexport default () => <C value={2}><b>x</b></C>;",
            message: "came with React 19", line: 2),
        "use": Case(
            code:
                "import { use, createContext } from 'react';\nconst C = createContext('v');\nexport default () => <b>{use(C)}</b>;",
            message: "use() came with React 19", line: 3),
        "ref-prop": Case(
            code:
                "function Field({ ref }) { return <input ref={ref} />; }\nexport default () => { const r = useRef(null); useEffect(() => {}); return <Field ref={r} />; };",
            message: "wrap it in forwardRef()", line: 2),
        "url": Case(
            code:
                "export default () => <a>{new URL('../b?c#d', 'https://www.example.com/a/x').href}</a>;",
            html: "<a>https://www.example.com/b?c#d</a>"),
        "params": Case(
            code:
                "export default () => <a href={'/find/?' + new URLSearchParams({ q: 'a b', u: 'ä' })}>find</a>;",
            html: "/find/?q=a+b&amp;u=%C3%A4"),
        "web": Case(
            code: """
                export default () => {
                  setTimeout(() => { throw 1; }); clearTimeout(setInterval(() => {}, 1)); queueMicrotask(() => {});
                  const copy = structuredClone({ a: [new Date(5)], m: new Map([[1, 2]]) });
                  const bytes = new TextEncoder().encode("é€");
                  return <p>{[btoa("hello"), atob("aGVsbG8="), copy.a[0].getTime(), copy.m.get(1), bytes.length,
                    new TextDecoder().decode(bytes), new URL("http://ex\\u00e4mple.org:80/%7e/").host, performance.now()].join()}</p>;
                };
                """, html: "<p>aGVsbG8=,hello,5,2,5,é€,xn--exmple-cua.org,0</p>"),
    ]

    @Test func eachIsRightOrSaid() async throws {
        let rows = Self.cases.map {
            Rows.pageWithComponent($0.key, code: $0.value.code, props: $0.value.props)
        }
        let site = try await TestSite(rows.joined())
        let report = try await site.build { $0.keepsGoing = true }
        for (name, one) in Self.cases {
            let faults = report.errors.filter { $0.location.page == name }
            guard let message = one.message else {
                #expect(faults == [], "\(name)")
                let html = try site.text("\(name)/index.html")
                #expect(html.contains(one.html), "\(name): \(html.suffix(600))")
                continue
            }
            let fault = try #require(faults.first, "\(name)")
            #expect(fault.code == .renderFailed && faults.count == 1)
            #expect(fault.message.contains(message), "\(name): \(fault.message)")
            #expect(!fault.message.contains("Minified"))
            #expect(fault.location.component == "\(name)-part" && fault.location.block == 1)
            if let line = one.line { #expect(fault.location.line == line, "\(name): \(fault)") }
            if let column = one.column {
                #expect(fault.location.column == column, "\(name): \(fault)")
            }
        }
        // The browser is sent the production build all the same.
        let scripts = try site.files().filter { $0.key.hasSuffix(".js") }
        #expect(scripts.count > 1)
        for (path, bytes) in scripts {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("should have a unique"), "\(path)")
        }
    }

    @Test func whatTheBrowserWouldRenderAgainIsAWarning() async throws {
        let table = """
            export default () => { const [n, s] = React.useState(0);
              return <table><tr><td onClick={() => s(n + 1)}>{n}</td></tr></table>; };
            """
        let site = try await TestSite(
            Rows.pageWithComponent("tbl", code: table)
                + Rows.component("unused", code: "export default () => <p>;\n")
                + Rows.component("draft", code: "export default () => <p>;", isPublished: false)
                + Rows.component("fine", code: "<p>fine</p>"))
        let report = try await site.build()
        #expect(report.errors == [])
        #expect(report.outcome == .published(release: 1))
        let nesting = try #require(report.diagnostics.first { $0.code == .badNesting })
        #expect(nesting.location == .init(component: "tbl-part", field: "react_code"))
        #expect(nesting.message.contains("<tr> is directly inside <table>"))
        let unused = report.diagnostics.filter { $0.code == .syntaxError }
        #expect(unused.map(\.location.component) == ["unused"])
        #expect(unused.allSatisfy { $0.severity == .warning && $0.location.line != nil })
        #expect(report.diagnostics.count == 2)
        // It is there as soon as a page places it, and then it is an error.
        try site.database.run(Rows.block(on: "tbl", "unused", order: 2))
        #expect(try await site.build().errors.contains { $0.location.component == "unused" })
    }
}
