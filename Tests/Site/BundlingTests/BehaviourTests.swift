import Core
import SiteModel
import System
import TestSupport
import Testing

@testable import Bundling

/// Components whose HTML is enhanced by a small module of their own, without React.
@Suite struct BehaviourTests {
    private let library: TemplateLibrary
    private let cache = BundleCache()

    init() throws { library = try TemplateLibrary(root: Directory(ProjectFolder.path)) }

    private func bundle(
        _ code: [String: String]
    ) async throws -> (bundle: AssetBundle, diagnostics: [Diagnostic]) {
        let bundler = try AssetBundler(searchPath: "/usr/local/bin:/usr/bin:/bin", cache: cache)
        return try await bundler.bundle(
            components: code.map { Component(key: $0, code: $1) },
            node: Node(id: "acme", name: "Acme"), library: library)
    }

    private func script(of key: String, in bundle: AssetBundle) throws -> String {
        let url = try #require(bundle.components[key]?.behaviourSource)
        let asset = try #require(bundle.assets.first { $0.url == url })
        #expect(asset.isImmutable)
        return String(decoding: asset.bytes, as: UTF8.self)
    }

    @Test func onlyTheFunctionAndWhatItUsesReachesTheBrowser() async throws {
        let code = """
            import { Fragment, useId } from 'react';
            import { useNode } from 'robbieblocks';
            import { moodNames } from 'robbieblocks/robbie';
            const icon = <svg />;
            const word = 'copied';
            export default function Copy() {
              const id = useId();
              return <Fragment><button id={id} title={useNode().name}>{icon} big-markup</button></Fragment>;
            }
            export function enhance() {
              document.title = word + moodNames[0];
            }
            """
        let (made, diagnostics) = try await bundle(["copy": code, "plain": "<p>{useId()}</p>"])
        #expect(diagnostics == [])
        let script = try script(of: "copy", in: made)
        #expect(script.contains("copied") && script.contains("calm"))
        #expect(!script.contains("big-markup") && !script.contains("import"), "\(script)")
        #expect(script.utf8.count < 250, "\(script)")
        #expect(made.components["copy"]?.hydrate == nil && made.islandLoader == nil)
        #expect(made.components["copy"]?.serverCode.contains("copied") == false)
        #expect(made.components["plain"]?.behaviourSource == nil)

        // Other markup is another component, and the same module.
        let other = try await bundle([
            "copy": code.replacing("big-markup", with: "other-markup"), "plain": "<p/>",
        ]).bundle
        #expect(
            other.components["copy"]?.behaviourSource == made.components["copy"]?.behaviourSource)
        #expect(other.components["copy"]?.fingerprint != made.components["copy"]?.fingerprint)
        #expect(other.work.behaviours == .init(made: 1))
        #expect(try await bundle(["copy": code]).bundle.work.behaviours == .init(reused: 1))
    }

    @Test(arguments: [
        "export const enhance = () => useState(1);",
        "export function enhance() { document.body.append(<p/>); }",
        "import { createElement as make } from 'react'; export const enhance = () => make('p');",
        "import { createContext } from 'react'; export const C = createContext(0);"
            + "export const enhance = () => 1;",
    ])
    func whatUsesReactIsNamed(line: String) async throws {
        let (made, diagnostics) = try await bundle([
            "good": "export default () => <p/>; export const enhance = () => document.title;",
            "wrong": line + "export default () => <p/>;",
        ])
        // One that the page would need React for is an island, whatever else it exports.
        #expect(diagnostics.map(\.code) == [.importNotAllowed], "\(diagnostics)")
        #expect(diagnostics.first?.location.component == "wrong")
        #expect(diagnostics.first?.hint?.contains("memo, forwardRef or createContext") == true)
        #expect(made.components["wrong"] == nil && made.components["good"] != nil)
        #expect(try script(of: "good", in: made).contains("document.title"))
    }

    /// An island may have one, too.
    @Test func anIslandKeepsItsReact() async throws {
        let (made, diagnostics) = try await bundle([
            "both": """
            export default function Both() {
              const [n, set] = useState(0);
              return <button onClick={() => set(n + 1)}>{n}</button>;
            }
            export const enhance = () => document.title;
            """
        ])
        #expect(diagnostics == [])
        #expect(made.components["both"]?.islandSource != nil)
        #expect(try script(of: "both", in: made).utf8.count < 60)
    }

    /// Code that would throw in the browser is an error when the row is saved.
    @Test(arguments: [
        ("export const enhance = 5;", "a number"), ("export const enhance = null;", "null"),
        ("export let enhance;", "undefined"), ("class A {} export { A as enhance };", "a class"),
        ("export const enhance = class {};", "a class"),
        ("export const enhance = { run() {} };", "an object"),
        ("export const enhance = 'now';", "a string"),
        ("export function* enhance() {}", "a generator"),
        ("export const enhance = [1, '}'];", "an array"),
        ("export const enhance = -5n;", "a number"),
        ("export const enhance = /[/;]/g;", "a regular expression"),
        ("export const enhance = async function* () { yield '}'; };", "a generator"),
        ("export let enhance = null, other = 5;", "null"),
        ("export function enhance() { import('./' + location.hash); }", "import()"),
        ("export function enhance() { import(`./${location.hash}`); }", "import()"),
        (
            "export async function enhance() { const n = './a' + location; await import(n); }",
            "import()"
        ),
    ])
    func whatCannotRunInTheBrowserIsNamed(line: String, words: String) async throws {
        let (made, diagnostics) = try await bundle([
            "wrong": "export default function Wrong() { return <p>x</p>; }\n" + line
        ])
        #expect(diagnostics.map(\.location.component) == ["wrong"], "\(diagnostics)")
        #expect(diagnostics.first?.message.contains(words) == true, "\(diagnostics)")
        #expect(made.components["wrong"] == nil)
    }

    /// Only the server may run that part of the code, so that it is a warning.
    @Test(arguments: [
        ("export function enhance() { (0, eval)('1'); }", "eval"),
        ("export function enhance() { window.eval('1'); }", "eval"),
        ("export function enhance() { new Function('return 1')(); }", "Function"),
        ("export function enhance() { return globalThis.Function('a', 'return a'); }", "Function"),
        ("export function enhance() { setTimeout('x()', 5); }", "setTimeout with a text"),
    ])
    func codeOfATextIsWarnedAbout(line: String, words: String) async throws {
        let (made, diagnostics) = try await bundle([
            "doubtful": "export default function Doubtful() { return <p>x</p>; }\n" + line
        ])
        #expect(diagnostics.map(\.severity) == [.warning], "\(diagnostics)")
        #expect(diagnostics.first?.location.component == "doubtful")
        #expect(diagnostics.first?.message.contains(words) == true, "\(diagnostics)")
        #expect(made.components["doubtful"]?.behaviourSource != nil)
    }

    @Test(arguments: [
        "export const enhance = () => document.title;", "export async function enhance() {}",
        "const start = function () {}; export { start as enhance };",
        "const make = () => () => 1; export const enhance = make();",
        "export let enhance; enhance = () => { document.title = 'y'; };",
        "export let enhance = null; if (1) { enhance = () => 1; }",
        "export const enhance = { go() { return '}'; } }.go;",
        "export const enhance = [() => 1][0];", "export const enhance = 'a b'.split.bind('a b');",
        "export const enhance = class { static go() {} }.go;",
        "function setTimeout(name: string) {} export function enhance() { setTimeout('x'); }",
        "const self = { eval(a: string) {} }; export function enhance() { self.eval('x'); }",
        "const model = { eval: (x: string) => x, Function() {}, import(x: string) { return x; } };"
            + "class Data { eval() { return model?.eval('x'); } import(x: string) {} }"
            + "export function enhance() { model.eval('x'); model.Function('y'); model.import(1 + 'z');"
            + "setTimeout(() => 1, 5); return [typeof eval, new Data() instanceof Function, 'eval(1)']; }",
    ])
    func anyFunctionIsABehaviour(line: String) async throws {
        let (made, diagnostics) = try await bundle([
            "good": "export default function Good() { return <p>x</p>; }\n" + line
        ])
        #expect(diagnostics == [])
        #expect(made.components["good"]?.behaviourSource != nil)
    }
}
