import Core
import Foundation
import SiteModel
import System
import TestSupport
import Testing

@testable import Bundling

/// An edit only bundles its own inputs, and the bundle equals a clean one.
@Suite struct IncrementalBundlingTests {
    private static let searchPath = "/usr/local/bin:/usr/bin:/bin"
    private let library: TemplateLibrary
    private let starter: [String: Component]
    private let node = Node(
        id: "testpilot", name: "Test", customCSS: ".mine{color:red}",
        customScripts: "console.log('hello');")

    init() throws {
        library = try TemplateLibrary(root: Directory(ProjectFolder.path))
        starter = library.components.mapValues { file in
            Component(key: String(file.path.split(separator: "/")[2].dropLast(4)))
        }
    }

    private func bundler(_ cache: BundleCache = BundleCache()) throws -> AssetBundler {
        try AssetBundler(searchPath: Self.searchPath, cache: cache)
    }

    private func bundle(
        _ components: [String: Component], with bundler: AssetBundler, node: Node? = nil
    ) async throws -> (bundle: AssetBundle, diagnostics: [Diagnostic]) {
        try await bundler.bundle(
            components: Array(components.values), node: node ?? self.node, library: library)
    }

    private func edited(_ key: String, _ edit: (inout Component) -> Void) -> [String: Component] {
        var components = starter
        edit(&components[key, default: Component(key: key)])
        return components
    }

    @Test func nothingIsMadeTwice() async throws {
        let folder = try TestFolder()
        let count = library.components.count + library.layouts.count + 1
        let first = try bundler(BundleCache(folder: folder.path))
        let made = try await bundle(starter, with: first)
        #expect(made.diagnostics == [])
        #expect(made.bundle.work.modules == .init(made: count))
        #expect(made.bundle.work.islands == .init(made: 1))
        #expect(made.bundle.work.behaviours.made > 3)
        #expect(made.bundle.work.scripts == .init(made: 1))
        let again = try await bundle(starter, with: first)
        #expect(again.bundle.work.isNothing)
        #expect("\(again.bundle.work.modules)" == "compiled 0, reused \(count)")
        #expect(differences(facts(again), facts(made)) == [])

        let next = try bundler(BundleCache(folder: folder.path))
        let fromDisk = try await bundle(starter, with: next)
        #expect(fromDisk.bundle.work.isNothing)
        #expect(fromDisk.bundle.work.islands == .init(reused: 1))
        #expect(differences(facts(fromDisk), facts(made)) == [])
    }

    @Test func theRuntimeIsMadeOnce() async throws {
        let folder = try TestFolder()
        let cache = BundleCache(folder: folder.path)
        let made = try await bundler(cache).runtime(of: library)
        #expect(made.code.contains("renderPage"))
        // One to render with, one to explain errors with.
        #expect(cache.counts.missed == 2)
        let later = BundleCache(folder: folder.path)
        #expect(try await bundler(later).runtime(of: library).code == made.code)
        #expect(later.counts.missed == 0 && later.counts.foundOnDisk == 2)
        var changed = library
        changed.runtime["server.js", default: ""] += "\nexport const added = 1;"
        #expect(try await bundler(later).runtime(of: changed).code != made.code)
    }

    @Test func anEditCostsWhatWasEdited() async throws {
        let bundler = try bundler()
        let before = try await bundle(starter, with: bundler).bundle
        let (modules, sheets) = (before.work.modules.made, before.work.styleSheets.made)

        let hero = try #require(library.components["hero"]?.code)
        var components = edited("hero") { $0.code = hero + "\n// edited" }
        var work = try await bundle(components, with: bundler).bundle.work
        #expect("\(work.modules)" == "compiled 1, reused \(modules - 1)")
        #expect(work.styleSheets.made == 0 && work.islands.made == 0 && work.scripts.made == 0)

        let calculator = try #require(library.components["pricing-calculator"]?.code)
        components = edited("pricing-calculator") { $0.code = calculator + "\n// edited" }
        work = try await bundle(components, with: bundler).bundle.work
        #expect(work.modules.made == 1 && work.islands == .init(made: 1))
        #expect(work.styleSheets.made == 0 && work.behaviours.made == 0)

        let tabs = try #require(library.components["tabs"]?.code)
        components = edited("tabs") { $0.code = tabs + "\n// edited" }
        work = try await bundle(components, with: bundler).bundle.work
        #expect(work.modules.made == 1 && work.behaviours.made == 1)
        #expect(work.behaviours.reused > 2 && work.islands.made == 0)

        components = edited("tabs") { $0.styles = ".tabs{color:red}" }
        work = try await bundle(components, with: bundler).bundle.work
        #expect("\(work.styleSheets)" == "compiled 1, reused \(sheets - 1)")
        #expect(work.modules.made == 0 && work.islands.made == 0)

        components = edited("tabs") { $0.propsSchema = .object(["type": "object"]) }
        let schema = try await bundle(components, with: bundler).bundle
        #expect(schema.work.isNothing)
        #expect(schema.components["tabs"]?.propsSchema == #"{"type":"object"}"#)
        #expect(schema.fingerprint != before.fingerprint)

        components = edited("pricing-calculator") { $0.hydrate = "none" }
        work = try await bundle(components, with: bundler).bundle.work
        #expect(work.modules.made == 0 && work.islands.made == 1)

        var node = node
        node.customScripts = "console.log('edited');"
        work = try await bundle(starter, with: bundler, node: node).bundle.work
        #expect(work.scripts.made == 1 && work.modules.made == 0 && work.styleSheets.made == 0)

        #expect(try await bundle(starter, with: bundler).bundle.work.isNothing)
    }

    @Test func unplacedComponentsAreParsedOnce() async throws {
        let cache = BundleCache()
        let bundler = try bundler(cache)
        var components = starter
        for (key, code) in [("spare", "export default () => <p/>;"), ("broken", "const x = ;")] {
            components[key] = Component(key: key, code: code, isPlaced: false)
        }
        let made = try await bundle(components, with: bundler)
        #expect(made.diagnostics.map(\.location.component) == ["broken"])
        let counts = cache.counts
        let again = try await bundle(components, with: bundler)
        #expect(again.diagnostics == made.diagnostics)
        // Of the broken one it is looked up whether it parses, and then what its fault is.
        #expect(cache.counts.missed == counts.missed + 1)
        components["spare"]?.isPlaced = true
        let placed = try await bundle(components, with: bundler).bundle
        #expect(placed.work.modules.made == 1 && placed.components["spare"] != nil)
    }

    @Test func aFaultIsExplainedAgainWithoutLookingAgain() async throws {
        let folder = try TestFolder()
        let components = OddComponents.versions.compactMapValues { versions in
            versions.first { $0.code?.contains("useState(1;") == true } ?? versions.last
        }
        var node = node
        node.customScripts = "import 'x';\nlet a = ;"
        let made = try await bundle(
            components, with: bundler(BundleCache(folder: folder.path)), node: node)
        #expect(made.diagnostics.count >= 6)
        let late = try bundler(BundleCache(folder: folder.path))
        let again = try await bundle(components, with: late, node: node)
        #expect(again.bundle.work.isNothing)
        #expect(again.diagnostics == made.diagnostics)
        let fault = made.diagnostics.first { $0.location.component == "island" }
        #expect(fault?.location.line == 1 && fault?.location.column != nil)
    }

    /// Starter components, edited at random: code, styles, settings, there and gone.
    @Test(arguments: [UInt64(1), 2])
    func editsOfTheStarterSiteEndInTheCleanBundle(seed: UInt64) async throws {
        var chance = SeededGenerator(seed: seed)
        let keys = starter.keys.sorted()
        var components: [String: Component] = [:]
        let folder = try TestFolder()
        var living = try bundler(BundleCache(folder: folder.path))
        for step in 0..<30 {
            for _ in 0..<Int.random(in: 1...3, using: &chance) {
                let key = keys.randomElement(using: &chance) ?? "hero"
                var component = components[key] ?? Component(key: key)
                let file = library.components[key]
                switch Int.random(in: 0..<6, using: &chance) {
                case 0: component.code = (file?.code ?? "") + "\n// \(step)"
                case 1:
                    component.code = file?.code.replacing(
                        "className=\"", with: "className=\"e\(step) ")
                case 2: component.styles = (file?.styles ?? "") + "\n.e\(step){color:red}"
                case 3:
                    component.hydrate =
                        ["none", "idle", "load", nil].randomElement(
                            using: &chance) ?? nil
                case 4: component = Component(key: key)
                default: component.code = "export default () => <p>{step\(step)</p>;"
                }
                components[key] = component
            }
            if let gone = keys.randomElement(using: &chance), step % 3 == 0 {
                components[gone] = nil
            }
            // The program is started again now and then.
            if step % 7 == 6 { living = try bundler(BundleCache(folder: folder.path)) }
            let reached = try await bundle(components, with: living)
            guard step % 5 == 4 else { continue }
            let clean = try await bundle(components, with: bundler())
            #expect(differences(facts(reached), facts(clean)) == [], "seed \(seed), step \(step)")
            #expect(reached.bundle.work.modules.reused > 0)
        }
    }

    /// Each edit of an odd component compiles it alone; the clean bundle compiles them all together.
    @Test(arguments: [UInt64(3), 4, 5])
    func editsOfOddComponentsEndInTheCleanBundle(seed: UInt64) async throws {
        var chance = SeededGenerator(seed: seed)
        var components: [String: Component] = [:]
        let folder = try TestFolder()
        let living = try bundler(BundleCache(folder: folder.path))
        let keys = OddComponents.versions.keys.sorted()
        for step in 0..<40 {
            let key = step < keys.count ? keys[step] : keys.randomElement(using: &chance) ?? ""
            components[key] = OddComponents.versions[key]?.randomElement(using: &chance)
            if step % 6 == 5, let gone = keys.randomElement(using: &chance) {
                components[gone] = nil
            }
            let reached = try await bundle(components, with: living)
            #expect(reached.bundle.work.modules.made <= (step == 0 ? 100 : 1))
            guard step % 4 == 3 else { continue }
            let clean = try await bundle(components, with: bundler())
            #expect(differences(facts(reached), facts(clean)) == [], "seed \(seed), step \(step)")
        }
    }

    @Test func keysThatDifferInCaseAreTwoComponents() async throws {
        let components = ["Note", "note"].map { key in
            Component(
                key: key,
                code: "export default () => {\n  useState(0);\n  throw new Error('\(key)');\n};",
                styles: ".\(key){color:red}")
        }
        let made = try await bundler().bundle(components: components, node: node, library: library)
        #expect(made.diagnostics == [])
        let modules = made.bundle.components
        #expect(Set(modules.values.compactMap(\.islandSource)).count == 2)
        for (key, module) in modules {
            #expect(module.serverCode.contains("Error(\"\(key)\")"))
            let lines = module.serverCode.split(separator: "\n", omittingEmptySubsequences: false)
            let line = try #require(lines.firstIndex { $0.contains("throw") })
            let place = module.sourceMap.original(
                line: line + 1, column: lines[line].count, in: module.sourceFile)
            #expect(place?.line == 3)
            #expect(module.styles?.css.contains(".\(key){") == true)
        }
    }

    @Test func twoBundlersShareAFolder() async throws {
        let folder = try TestFolder()
        let clean = facts(try await bundle(starter, with: bundler()))
        let made = try await withThrowingTaskGroup(of: [String: String].self) { group in
            for _ in 0..<2 {
                group.addTask {
                    facts(
                        try await bundle(
                            starter, with: bundler(BundleCache(folder: folder.path))))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(made.map { differences($0, clean) } == [[], []])
        let cache = BundleCache(folder: folder.path)
        #expect(try await bundle(starter, with: bundler(cache)).bundle.work.isNothing)
        #expect(cache.counts.damaged == 0)
    }

    @Test func damagedFilesAreMadeAgain() async throws {
        let folder = try TestFolder()
        let first = BundleCache(folder: folder.path)
        let made = facts(try await bundle(starter, with: bundler(first)))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for (index, name) in names.sorted().enumerated() {
            let file = URL(fileURLWithPath: folder.path + "/" + name)
            var bytes = try Data(contentsOf: file)
            if index % 2 == 0 { bytes = bytes.prefix(bytes.count / 2) } else { bytes[60] ^= 1 }
            try bytes.write(to: file)
        }
        let cache = BundleCache(folder: folder.path)
        let again = try await bundle(starter, with: bundler(cache))
        #expect(cache.counts.damaged == names.count)
        #expect(again.bundle.work.modules.reused == 0)
        #expect(differences(facts(again), made) == [])
        let mended = BundleCache(folder: folder.path)
        #expect(try await bundle(starter, with: bundler(mended)).bundle.work.isNothing)
    }

    @Test func anotherEsbuildMakesEverythingAgain() async throws {
        let folder = try TestFolder()
        let installed = try #require(ChildProcess.find("esbuild", in: Self.searchPath))
        let cache = BundleCache()
        _ = try await bundle([:], with: bundler(cache))
        #expect(try await bundle([:], with: bundler(cache)).bundle.work.isNothing)
        try folder.link("esbuild", to: installed)
        let other = try AssetBundler(searchPath: folder.path, cache: cache)
        #expect(try await bundle([:], with: other).bundle.work.modules.reused == 0)

        // An upgrade puts another program in the same place.
        try folder.write("tool", "1")
        let before = Esbuild(executable: folder.path + "/tool").identity
        #expect(Esbuild(executable: folder.path + "/tool").identity == before)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
            ofItemAtPath: folder.path + "/tool")
        #expect(Esbuild(executable: folder.path + "/tool").identity != before)
    }

    /// Islands have the same names for every user and every temporary folder.
    @Test func theFolderIsInNoOutput() async throws {
        let folder = try TestFolder()
        try folder.write("a/b/c/d/here", "")
        let installed = try #require(ChildProcess.find("esbuild", in: Self.searchPath))
        var runtime: [String: String] = [:]
        for (name, text) in library.runtime { runtime["runtime/" + name] = text }
        var bundles: [IslandBundler.Bundle] = []
        for place in [folder.path, folder.path + "/a/b/c/d"] {
            let bundler = IslandBundler(
                esbuild: Esbuild(executable: installed, temporaryFolder: place),
                cache: BundleCache(), runtime: runtime)
            bundles.append(
                try await bundler.bundle([
                    .init(
                        key: "one", source: .init(code: "export default () => useState(1)[0];"),
                        location: .init()),
                    .init(
                        key: "two", source: .init(code: "export default () => useState(2)[0];"),
                        location: .init()),
                ]).bundle)
        }
        #expect(bundles[0].assets == bundles[1].assets)
        #expect(bundles[0].sources == bundles[1].sources && bundles[0].sources.count == 2)
        #expect(bundles[0].packages.contains { $0.path == "react-dom/package.json" })
        #expect(try Directory(folder.path).names() == ["a"])
    }
}
