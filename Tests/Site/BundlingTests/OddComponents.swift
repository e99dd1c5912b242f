import Core
import SiteModel

/// Components that are easy to compile wrongly, each in several versions.
enum OddComponents {
    /// Key → versions; some have faults.
    static let versions: [String: [Component]] = [
        "fragment": [
            code("fragment", "<p>Hi {props.name}</p>"),
            code("fragment", "{/* first */}\n<p>one</p>\n<p title={`${props.a}`}>two</p>"),
            code("fragment", "<p>never closed"),
        ],
        "second-shape": [
            code("second-shape", "function Other() {}\nfunction SecondShape() { return <b/>; }"),
            code("second-shape", "const A = () => <i/>;\nconst B = () => <A/>;"),
            code("second-shape", "1 + 1;"),
        ],
        // Neither knows of the other, whatever their names.
        "twin-a": [
            code(
                "twin-a",
                "const table = 1;\nexport default function View() { return <p>{table}</p>; }"),
            code("twin-a", "const React = 'mine';\nexport default () => <p>{React}</p>;"),
        ],
        "twin-b": [
            code(
                "twin-b",
                "const table = 2;\nexport default function View() { return <p>{table}</p>; }"),
            code(
                "twin-b",
                "import R, { useMemo as m } from 'react';\nexport default () => <p>{m(() => R.version, [])}</p>;"
            ),
        ],
        "Case.Key_1": [code("Case.Key_1", "export default () => <p>A</p>;")],
        "case.key_1": [
            code("case.key_1", "export default () => <p>a</p>;"),
            code("case.key_1", "export default () => <p>“ä” 漢字 \\u{1F600}</p>;"),
        ],
        "island": [
            code(
                "island",
                "export default () => { const [n, set] = useState(0); return <b onClick={() => set(n + 1)}>{n}</b>; };"
            ),
            code(
                "island",
                "export default () => { const [n, set] = useState(1); return <b onClick={() => set(n + 2)}>{n}</b>; };"
            ),
            code("island", "export default () => { const [n, set] = useState(1; return <b/>; };"),
        ],
        "other-island": [
            code(
                "other-island", "function OtherIsland() { useEffect(() => {}, []); return <i/>; }"),
            code("other-island", "function OtherIsland() { return <i/>; }", hydrate: "visible"),
            code(
                "other-island", "function OtherIsland() { useEffect(() => {}); return <i/>; }",
                hydrate: "none"),
        ],
        // Parses as a script; as a module, which it becomes with its export, it fails.
        "late": [
            code("late", "function Late() { with (Math) { return <p>{PI}</p>; } }"),
            code("late", "function Late() { useState(1); with (Math) { return <p>{PI}</p>; } }"),
            code("late", "function Late() { return <p>{Math.PI}</p>; }"),
        ],
        "importer": [
            code("importer", "import x from './island';\nexport default () => <p>{x}</p>;"),
            code(
                "importer", "import d from 'dayjs';\nexport default () => <p>{d}</p>;",
                needs: ["dayjs"]),
            code("importer", "import d from 'dayjs';\nexport default () => <p>{d}</p>;"),
            code(
                "importer",
                "import { usePage } from 'robbieblocks';\nexport default () => <p>{usePage().title}</p>;"
            ),
            code("importer", "export default () => import('/etc/passwd');"),
        ],
        "mapped": [
            code("mapped", "export default () => <p/>;\n//# sourceMappingURL=/etc/passwd"),
            code("mapped", "export default (): JSX.Element => {\n  throw new Error('x');\n};"),
        ],
        "empty": [code("empty", "  \n"), Component(key: "empty")],
        "styled": [
            code("styled", "export default () => <p className='a'/>;", css: ".a{color:red}"),
            code("styled", "export default () => <p className='a'/>;", css: ".a{color:red}}"),
            code("styled", "export default () => <p className='a'/>;", css: "@import 'x.css';.a{}"),
            code(
                "styled", "export default () => <p className='a'/>;",
                css: ".a{colour:red;color:}\n.b{"),
            code(
                "styled", "export default () => <p className='a'/>;",
                css: ".a{background:url(x.png)}"),
        ],
        "bad hydrate": [code("bad hydrate", "export default () => <p/>;")],
        "schema": [
            code("schema", "export default () => <p/>;", schema: ["title": .string("string")]),
            code("schema", "export default () => <p/>;", schema: ["title": .string("number")]),
        ],
    ]

    private static func code(
        _ key: String, _ code: String, css: String? = nil, hydrate: String? = nil,
        needs: [String] = [], schema: [String: JSONValue]? = nil
    ) -> Component {
        Component(
            key: key, code: code, styles: css, propsSchema: schema.map(JSONValue.object),
            dependencies: needs, hydrate: hydrate)
    }
}
