import Core
import SiteModel
import System
import TestSupport
import Testing

@testable import Bundling

/// Which TypeScript and which shapes of code are compiled; docs/supported.md says the same.
@Suite struct SyntaxTests {
    private func compile(_ codes: [String]) async throws -> (
        bundle: AssetBundle, faults: [Int: [Diagnostic]]
    ) {
        let bundler = try AssetBundler(searchPath: "/usr/local/bin:/usr/bin:/bin")
        let made = try await bundler.bundle(
            components: codes.enumerated().map {
                Component(key: "c\($0.offset)", code: $0.element)
            },
            node: Node(id: "acme", name: "Acme"),
            library: try TemplateLibrary(root: Directory(ProjectFolder.path)))
        let faults = Dictionary(grouping: made.diagnostics) { fault in
            Int(String((fault.location.component ?? "").utf8.dropFirst()) ?? "") ?? -1
        }
        return (made.bundle, faults)
    }

    @Test func compilesTheTypeScriptThatIsSupported() async throws {
        let lines = [
            // Of types alone: nothing is left of them.
            "import type { A } from 'some-lib';", "import { type A } from 'some-lib'; let a: A;",
            "import { A } from 'some-lib'; let a: A;", "import A from '/etc/passwd'; let a: A;",
            "const a = { b: 1 } satisfies Record<string, number>;",
            "type A = `a-${string}`; type B<T> = T extends infer U extends string ? U : never;",
            "class A<in out T> { declare x: number; get y(): number { return 1 } }",
            "function f(this: Window, ...r: [a: string, b?: number]): asserts r is any {}",
            "let x = <T,>(y: T) => y; let z = y!; let w = y as const;",
            "type I = Foo<typeof bar<string>>; const a = foo<string>;",
            "function over(a: string): void; function over(a: any) {}",
            // Type parameters that are constant (5.0).
            "const first = <const T extends readonly unknown[]>(x: T) => x[0];",
            "function f<const T, const U>(x: T) { return x }",
            "class A { m<const T, const U extends T>(x: T) {} }",
            // Of values.
            "enum E { A, B = 'x', C = `y` } const enum F { A = 1 } let q = F.A;",
            "namespace N { export const a = 1 }",
            "abstract class A { abstract b(): void; protected constructor(private readonly x: number) {} }",
            "class A { accessor n = 1; static accessor m: number = 2; private accessor #o = 3; }",
            "const first = <const T extends string>(x: T) => x; type F = <const T>(x: T) => T;",
            "const é = 'é', first = <const T,>(x: T) => x; class A {\n x = 1\n accessor n = 1\n}",
            "function dec(x: any, y?: any): any {} @dec class A { @dec m() {} @dec f = 1 }",
            "class A { #p = 1; has(o: any) { return #p in o } static { A.x = 1 } static x; }",
            "class A { static async *#m() {} get #x() { return 1 } static #y = 1; z() { return A.#y } }",
            "const s = String.raw`a\\n`; const t = tag`a${s}b`;",
            "let u = 1_000n; let big = 10n ** 20n; a ||= 1; const r = /(?<a>x)\\p{L}/v;",
        ]
        // The browser's modules are made with other settings: both must take it.
        let codes = lines.map { "\($0)\nexport default () => <b onClick={() => 1}>x</b>;" }
        let (bundle, faults) = try await compile(codes)
        for (index, line) in lines.enumerated() {
            #expect(faults[index] == nil, "\(line)")
            #expect(bundle.components["c\(index)"]?.islandSource != nil, "\(line)")
        }
    }

    /// The words that are taken out of newer code are left alone in the page's own text.
    @Test func newerSyntaxIsTakenOutWhereItStands() async throws {
        let (bundle, faults) = try await compile([
            "function pick<const T>(x: T) { return x }\n"
                + "export default () => <p>{1} accessor methods, {pick('a')}</p>;",
            "class A { accessor n = 1 }\nexport default () => <p>; accessor methods; {1} accessor x"
                + "<i>a {1}, const b</i></p>;",
        ])
        #expect(faults.isEmpty)
        #expect(bundle.components["c0"]?.serverCode.contains("accessor methods, ") == true)
        let code = try #require(bundle.components["c1"]?.serverCode)
        #expect(code.contains("; accessor methods; ") && code.contains(" accessor x"))
        #expect(code.contains(", const b"))
    }

    @Test func whatIsPrintedForAnIslandIsReadAsOne() async throws {
        let (bundle, faults) = try await compile([
            #"const esc = (s) => s.replace(/"/g, "'"); export default () => <b title={esc("a")} onClick={() => 1}>x</b>;"#,
            "export default () => { const ref = useCallback((e) => e?.focus(), []); return <input ref={ref} />; }",
            "const sizes = { s: 1 }, Card = () => <b>{sizes.s}</b>;",
        ])
        #expect(faults.isEmpty)
        #expect(bundle.components["c0"]?.islandSource != nil)
        #expect(bundle.components["c1"]?.islandSource != nil)
        #expect(bundle.components["c2"]?.serverCode.contains("\"b\"") == true)
    }

    @Test func saysWhatIsNotSupported() async throws {
        let (_, faults) = try await compile([
            "export default () => {\n  using x = open();\n  return <b/>;\n};",
            "import A, { type B } from 'some-lib';\nA();\nexport default () => <b/>;",
            "export default () => {\n  const first = <const T,>(x: T) => x;\n  return <b>;\n};",
        ])
        #expect(faults[0]?.first?.hint?.contains("'using' is not supported") == true)
        #expect(faults[0]?.first?.location.line == 2)
        #expect(faults[1]?.map(\.code) == [.importNotAllowed])
        #expect(faults[2]?.first?.code == .syntaxError && faults[2]?.first?.location.line == 4)
    }

    @Test func aFragmentMayBeginWithAnything() async throws {
        let fragments = [
            "Hello {props.name}!", "{props.items.map((x) => <li key={x}>{x}</li>)}",
            "{props.name && <b>{props.name}</b>}", "{/* c */}\n{props.name}", "Hello",
            "Grüße, Welt",
            "3 of {props.count} (so far)", "Fish &amp; chips &nbsp;", "<b>x</b> and text",
            "Now {(() => { const a = 1; return a; })()} left",
        ]
        let (bundle, faults) = try await compile(fragments)
        for (index, code) in fragments.enumerated() {
            #expect(faults[index] == nil, "\(code)")
            let module = try #require(bundle.components["c\(index)"])
            #expect(module.serverCode.contains("Fragment"), "\(code)")
        }
    }

    /// What reads like code is never published as text.
    @Test func codeIsNoFragment() async throws {
        let codes = [
            "1 + 1;", "const x = ;", "save(props)", "props => <b>x", "module.exports = Foo",
            "import x", "type A", "a = b",
        ]
        let (bundle, faults) = try await compile(codes)
        for (index, code) in codes.enumerated() {
            #expect(bundle.components["c\(index)"] == nil, "\(code)")
            #expect(faults[index]?.isEmpty == false, "\(code)")
        }
    }
}
