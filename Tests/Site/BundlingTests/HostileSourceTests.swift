import Core
import SiteModel
import System
import TestSupport
import Testing

@testable import Bundling

/// Whatever one row has, it costs only itself: the tool's limits hold, the row is named, and all
/// others come out as they do without it.
@Suite struct HostileSourceTests {
    private static let searchPath = "/usr/local/bin:/usr/bin:/bin"
    private let library: TemplateLibrary
    /// Less time and memory than a site has, so that the tests need not wait until it is used up.
    private let limits: ToolLimits = {
        var limits = ToolLimits()
        limits.bounds.processorSeconds = 1
        limits.bounds.memory = 256 << 20
        return limits
    }()

    init() throws { library = try TemplateLibrary(root: Directory(ProjectFolder.path)) }

    private func bundle(
        _ components: [Component], css: String = "", script: String = "",
        cache: BundleCache = BundleCache()
    ) async throws -> (bundle: AssetBundle, diagnostics: [Diagnostic]) {
        let bundler = try AssetBundler(searchPath: Self.searchPath, cache: cache, limits: limits)
        return try await bundler.bundle(
            components: components,
            node: Node(id: "acme", name: "Acme", customCSS: css, customScripts: script),
            library: library)
    }

    private static let good: [Component] = (0..<12).map { index in
        Component(
            key: "good-\(index)",
            code: index % 3 == 0
                ? "export default () => <b onClick={() => 1}>\(index)</b>;"
                : "export default () => <b>\(index)</b>;",
            styles: ".g\(index){color:red}")
    }

    private static func times(_ count: Int, _ text: String, _ tail: String = "") -> String {
        String(repeating: text, count: count) + tail
    }

    /// What parsers recurse into, what makes them slow, and what makes their output large.
    private static let hostile: [String: String] = [
        "brackets": "export default () => " + times(1_000_000, "[", times(1_000_000, "]")),
        "few-brackets": "export default () => " + times(501, "[", times(501, "]")),
        "signs": "export default " + times(900_000, "!", "1"),
        "elements": "export default () => " + times(100_000, "<a>", times(100_000, "</a>")),
        "namespaces": "namespace a" + times(30_000, ".b", "{export let x=1}"),
        "labels": (0..<20_000).map { "a\($0):" }.joined() + ";export default () => <b/>;",
        "island": "export default () => { useState(1); return " + times(900_000, "!", "1 }"),
        "long": "export default () => '" + times((1 << 20) + 1, "x", "';"),
    ]

    @Test func aHostileComponentCostsOnlyItself() async throws {
        let alone = try await bundle(Self.good)
        #expect(alone.diagnostics == [])
        let bad = Self.hostile.map { Component(key: $0.key, code: $0.value, styles: ".x{}") }
        let cache = BundleCache()
        let made = try await bundle(Self.good + bad, cache: cache)
        let named = Dictionary(grouping: made.diagnostics) { $0.location.component ?? "none" }
        #expect(Set(named.keys) == Set(Self.hostile.keys))
        #expect(named.values.allSatisfy { $0.count == 1 && $0[0].code == .contentTooLarge })
        #expect(named["few-brackets"]?[0].location.line == 1)
        #expect(
            named["signs"]?[0].message
                == "esbuild needed more than 256 MiB of memory over the code")
        #expect(Set(made.bundle.components.keys) == Set(Self.good.map(\.key)))
        for (key, module) in alone.bundle.components {
            #expect(made.bundle.components[key]?.fingerprint == module.fingerprint, "\(key)")
        }
        // What died is not tried again, as long as this program lives.
        let again = try await bundle(Self.good + bad, cache: cache)
        #expect(again.bundle.work.isNothing)
        #expect(again.diagnostics == made.diagnostics)
    }

    /// The bundle of all islands is one run of the tool, with React in it.
    @Test func aHostileIslandLeavesTheOthersAlive() async throws {
        let installed = try #require(ChildProcess.find("esbuild", in: Self.searchPath))
        let bundler = IslandBundler(
            esbuild: Esbuild(executable: installed, limits: limits), cache: BundleCache(),
            runtime: AssetBundler.runtimeFiles(of: library))
        func island(_ key: String, _ code: String) -> BrowserSource {
            .init(key: key, source: .init(code: code), location: .init(component: key))
        }
        let good = (0..<5).map { island("good-\($0)", "export default () => useState(\($0))[0];") }
        let clean = try await bundler.bundle(good)
        #expect(clean.work == .init(made: 1) && clean.faults == [])
        let made = try await bundler.bundle(
            good + [
                island("deep", "export default () => " + Self.times(900_000, "!", "1")),
                island("late", "await 0;\nexport default () => useState(1)[0];"),
            ])
        #expect(made.failed == ["deep", "late"])
        #expect(made.faults.map(\.location.component) == ["deep", "late"])
        #expect(made.faults.map(\.code) == [.contentTooLarge, .syntaxError])
        #expect(made.faults.last?.location.line == 1)
        #expect(made.bundle.assets == clean.bundle.assets)
        #expect(made.bundle.sources == clean.bundle.sources)
    }

    @Test func hostileStylesAndScriptsCostOnlyThemselves() async throws {
        let alone = try await bundle(Self.good)
        let styles = [
            "long": ".a{b:\"" + Self.times(1 << 20, "x", "\"}"),
            "brackets": "a{b:" + Self.times(200_000, "[", Self.times(200_000, "]}")),
            "functions": "a{b:" + Self.times(120_000, "f(", "1" + Self.times(120_000, ")") + "}"),
            "rules": Self.times(200_000, "a{", Self.times(200_000, "}")),
            "open": Self.times(300_000, "a{b:c;"),
        ]
        let bad = styles.map { key, css in
            Component(key: key, code: "export default () => <b/>;", styles: css)
        }
        let made = try await bundle(
            Self.good + bad, css: Self.times(400_000, "("), script: Self.times(900_000, "!", "1"))
        let named = Dictionary(grouping: made.diagnostics) {
            $0.location.component ?? $0.location.field ?? "none"
        }
        #expect(Set(named.keys) == Set(styles.keys).union(["custom_css", "custom_scripts"]))
        #expect(made.diagnostics.allSatisfy { $0.code == .contentTooLarge })
        for component in Self.good {
            #expect(
                made.bundle.components[component.key]?.styles
                    == alone.bundle.components[component.key]?.styles)
        }
    }

    /// A name that leads out of the working folder is refused before any file is opened, in each
    /// place where the tool takes one.
    @Test func noCodeMakesTheToolOpenAFile() async throws {
        let ways = [
            "import a from '/dev/zero';", "import '/dev/zero';", "export * from '/dev/zero';",
            "export { a } from '/dev/zero';", "const a = require('/dev/zero');",
            "const a = import('/dev/zero');", "const a = import(`/dev/zero`);",
            "const a = import(x ? '/dev/zero' : '/dev/full');", "const a = import('/dev/' + x);",
            "try { require('/dev/zero') } catch {}",
            "import a from '../../../../dev/zero';", "import a from 'file:///dev/zero';",
            "import a from 'data:text/javascript,import \"/dev/zero\"';",
            "import a from '/dev/zero' assert { type: 'json' };",
            "import a = require('/dev/zero'); a();",
            "/** @jsxImportSource /dev/zero */", "/* @jsxImportSource ../../dev */",
        ]
        let silent = [
            "/// <reference path=\"/dev/zero\" />", "//# sourceMappingURL=/dev/zero",
            "const a = new URL('/dev/zero', import.meta.url);",
            "const a = () => require('/dev/' + x);", "import type { A } from '/dev/zero';",
        ]
        var components: [Component] = []
        for (index, way) in ways.enumerated() {
            components.append(
                Component(key: "way-\(index)", code: "\(way)\nexport default () => <b>{a}</b>;"))
        }
        for (index, way) in silent.enumerated() {
            components.append(
                Component(key: "silent-\(index)", code: "\(way)\nexport default () => <b/>;"))
        }
        let files = ["@import \"/dev/zero\";", "/*# sourceMappingURL=/dev/zero */.a{}"]
        for (index, css) in files.enumerated() {
            components.append(
                Component(key: "css-\(index)", code: "export default () => <b/>;", styles: css))
        }
        let made = try await bundle(components)
        let named = Dictionary(grouping: made.diagnostics) { $0.location.component ?? "none" }
        for (index, way) in ways.enumerated() {
            #expect(named["way-\(index)"]?.map(\.code) == [.importNotAllowed], "\(way)")
        }
        for (index, way) in silent.enumerated() {
            #expect(named["silent-\(index)"] == nil, "\(way)")
        }
        #expect(named["css-0"]?.map(\.code) == [.badStyles])
        #expect(named["css-1"] == nil)
    }
}
