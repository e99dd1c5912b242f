import Testing

@testable import AssetBundling

@Suite struct CompiledJavaScriptTests {
    @Test func findsDeclarationsAtTheTopLevelOnly() {
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
        #expect(code.declarations == ["a", "Outer", "later", "Boxed", "Named"])
        #expect(!code.words.contains("inString"))
    }

    @Test(arguments: [
        ("const [n] = useState(0);", true), ("React.useEffect(go);", true),
        ("jsx(\"button\", { onClick: go });", true), ("const { onClick } = props;", true),
        ("jsx(\"p\", { children: \"useState onClick\" });", false),
        ("const id = useId(); const once = useMemo(make);", false),
        ("const onSale = true;", false),
    ])
    func tellsWhatNeedsABrowser(code: String, expected: Bool) {
        #expect(CompiledJavaScript(code[...]).needsBrowser == expected)
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
