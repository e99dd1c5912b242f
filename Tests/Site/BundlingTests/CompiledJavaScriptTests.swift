import Testing

@testable import Bundling

@Suite struct CompiledJavaScriptTests {
    @Test func readsDeclarationsAtTheTopLevelOnly() {
        let code = CompiledJavaScript(
            """
            import { jsx } from "react/jsx-runtime";
            const a = "function inString() {}";
            function Outer() {
              const inner = 1;
            }
            async function later() {
            }
            class Boxed {
            }
            export const Named = () => null;
            """)
        #expect(code.candidates == ["Outer", "later", "Boxed", "Named"])
        #expect(!code.words.contains("inString"))
    }

    @Test(arguments: [
        ("const [n] = useState(0);", true), ("React.useEffect(go);", true),
        ("jsx(\"button\", { onClick: go });", true), ("const { onClick } = props;", true),
        ("jsx(\"p\", { children: \"useState onClick\" });", false),
        ("const id = useId(); const once = useMemo(make);", false),
        ("const onSale = true;", false),
        // A quote in a regular expression begins no string.
        (#"const a = s.replace(/"/g, "'"), b = { onClick: go };"#, true),
        (#"return /[/"]\/'/.test(s) ? onClick : 1;"#, true),
        (#"const half = (a + 1) / 2, b = "onClick / ";"#, false),
        (#"const a = i++ / 2, b = "/ onClick";"#, false),
        (#"const a = /onClick/.test("/"), b = /* @__PURE__ */ f("onClick");"#, false),
    ])
    func tellsWhatNeedsABrowser(code: String, expected: Bool) {
        #expect(CompiledJavaScript(code[...]).needsBrowser == expected)
    }

    @Test(arguments: [
        ("jsx(\"input\", { ref: (field) => field.focus() });", true),
        ("jsx(\"input\", { ref: field => 1, a: 2 });", true),
        ("const r = useRef(null);\njsx(\"input\", { ref: r });", false),
        ("const r = useCallback(() => 1);\njsx(\"input\", { ref: r });", true),
        ("const [a, setA] = React.useMemo(x);\njsx(\"input\", { ref: setA });", true),
        ("forwardRef((props, ref) => jsx(\"input\", { ref }));", false),
        ("const ref = (e) => e.focus();\njsx(\"input\", { ref, id: 1 });", true),
        ("const ref = (e) => e.focus();\njsx(\"input\", { ...props, ref });", true),
        ("const ref = (e) => e.focus();\njsx(\n  {\n    ref,\n    id: 1\n  }\n);", true),
        ("const ref = useRef(null);\njsx(\"input\", { ref, id: 1 });", false),
        ("const ref = (e) => e.focus();\nconst c = \"{ ref }\";", false),
        ("class A extends Component {\n  componentDidMount() {\n  }\n}", true),
        ("class A extends Component {\n  render() {\n  }\n}", false),
        ("f({ href: \"a\" });", false),
    ])
    func tellsWhatIsCalledInTheBrowser(code: String, expected: Bool) {
        #expect(CompiledJavaScript(code[...]).needsBrowser == expected)
    }

    @Test(arguments: [
        ("import { usePage } from \"robbieblocks\";", false), ("usePages();", true),
        ("import * as rb from \"robbieblocks\";\nrb.usePage();", false),
        ("import * as rb from \"robbieblocks\";\nrb[\"use\" + \"Pages\"]();", true),
        ("import rb from \"robbieblocks\";", true), ("eval(\"1\");", true),
        ("import * as rb from \"robbieblocks\";\nconst x = rb;", true),
        ("import * as rb from \"robbieblocks\";\nrb.usePage(verb, rbx);", false),
    ])
    func tellsWhatMayListPages(code: String, expected: Bool) {
        #expect(CompiledJavaScript(code[...]).mayListPages == expected)
    }

    @Test func tellsComponentsFromOtherDeclarations() {
        let code = CompiledJavaScript(
            """
            const Card = () => null;
            var sizes = { s: 1 };
            const LIMIT = 5;
            const Wrapped = memo(Card);
            function helper() {
            }
            """)
        #expect(code.candidates == ["Card", "Wrapped", "helper"])
        let joined = CompiledJavaScript(
            """
            var sizes = { s: 1, m: [2, 3] }, First = (a, b) => {
              const inner = 1, other = 2;
              return jsx("p", {});
            }, quote = /[,"]/g, Second = /* @__PURE__ */ memo(First);
            var { a, b } = sizes, later;
            """)
        #expect(joined.candidates == ["First", "Second", "later"])
        func chosen(_ names: [String]) -> String? {
            ComponentSource.defaultExport(key: "a-b", candidates: names)
        }
        #expect(chosen(code.candidates) == "Wrapped")
        #expect(chosen(["AB", "Other", "helper"]) == "AB")
        #expect(chosen(["hero"]) == "hero" && chosen([]) == nil)
    }

    @Test func mapsCompiledPlacesBack() throws {
        // One line: column 0 is line 1 column 0 of the source, column 8 is line 2 column 2.
        let json = #"{"version":3,"sources":["../components/x.tsx"],"mappings":"AAAA,QACE"}"#
        let map = try #require(SourceMap(json: json, firstLineShift: 0))
        #expect(map.original(line: 1, column: 1, in: "components/x.tsx")?.line == 1)
        let place = try #require(map.original(line: 1, column: 9, in: "components/x.tsx"))
        #expect(place == (2, 3))
        #expect(map.original(line: 1, column: 1, in: "other.tsx") == nil)
        #expect(map.original(line: 9, column: 1, in: "components/x.tsx") == nil)
    }

    @Test func readsTheToolsReport() {
        let messages = Esbuild.parse(
            "✘ [ERROR] Expected \">\" but found \"x\"\n\n    components/a.tsx:3:5:\n      3 │ …\n\n"
        )
        #expect(
            messages == [
                .init(
                    isError: true, text: "Expected \">\" but found \"x\"", file: "components/a.tsx",
                    line: 3, column: 6)
            ])
    }
}
