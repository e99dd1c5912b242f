import Diagnostics
import SystemSupport

/// Makes the browser's bundles: one small loader, one module an island, React in a shared chunk.
///
/// What stands in which chunk depends on all islands together, so they are one step.
struct IslandBundler {
    let esbuild: Esbuild
    let cache: BundleCache
    /// The engine's own JavaScript, by path below the working folder.
    let runtime: [String: String]

    /// A component that comes to life in the browser.
    struct Source: Sendable, Hashable {
        var key: String
        /// With a default export.
        var text: String

        /// What the browser loads, below the working folder.
        var entry: String { "islands/island-\(FileStem(key)).js" }
    }

    struct Bundle: Sendable {
        var assets: [Asset] = []
        /// The URL of the loader.
        var loader: String?
        /// Component key → the URL of its module.
        var sources: [String: String] = [:]
        /// Component key → the URLs of the chunks that its module imports.
        var preloads: [String: [String]] = [:]
        var packages: [PackageFile] = []
    }

    private static let arguments = [
        "runtime/islands.js", "--bundle", "--splitting", "--format=esm", "--minify",
        "--jsx=automatic", "--target=es2020", "--legal-comments=none",
        "--inject:./runtime/globals.js", "--alias:robbieblocks=./runtime",
        "--define:process.env.NODE_ENV=\"production\"", "--entry-names=[name]-[hash]",
        "--chunk-names=shared-[hash]", "--metafile=\(Esbuild.metafile)",
    ]

    /// - Returns: the bundle, and what was done for it; nothing when there is no island.
    func bundle(_ islands: [Source]) async throws -> (bundle: Bundle, work: BundlingWork.Tally) {
        guard !islands.isEmpty else { return (Bundle(), .init()) }
        let islands = islands.sorted { $0.key < $1.key }
        var files = runtime
        for island in islands {
            let file = CompiledModule.file(kind: .component, key: island.key)
            files[file] = island.text
            files[island.entry] = """
                import Component from "../\(file)";
                import { hydrate } from "../runtime/client.js";
                export default (element) => hydrate(element, Component);
                """
        }
        let arguments = Self.arguments + islands.map(\.entry)
        var stepKey = StepKey("islands", esbuild: esbuild, arguments: arguments)
        stepKey.add(files: files)
        let key = stepKey.digest()
        if let known = cache.result(Bundle.self, for: key) { return (known, .init(reused: 1)) }

        let run = try await esbuild.run(arguments, on: files)
        guard run.succeeded, let metafile = run.metafile else {
            throw Esbuild.failure(run.messages)
        }
        let bundle = try Self.bundle(of: islands, run, metafile: metafile)
        cache.keep(bundle, for: key)
        return (bundle, .init(made: 1))
    }

    private static func bundle(
        of islands: [Source], _ run: Esbuild.Result, metafile: Metafile
    ) throws(Diagnostic) -> Bundle {
        let keys = Dictionary(islands.map { ($0.entry, $0.key) }, uniquingKeysWith: { $1 })
        var bundle = Bundle(packages: PackageFile.among(metafile.inputs.keys))
        for (name, bytes) in run.outputs.sorted(by: { $0.key < $1.key }) {
            let asset = Asset(path: "assets/" + name, bytes: bytes, isImmutable: true)
            bundle.assets.append(asset)
            let output = "\(Esbuild.outputFolder)/\(name)"
            guard let source = metafile.outputs[output]?.entryPoint else { continue }
            if source == "runtime/islands.js" {
                bundle.loader = asset.url
            } else if let key = keys[source] {
                bundle.sources[key] = asset.url
                bundle.preloads[key] = imports(of: output, in: metafile).map { chunk in
                    "/assets/" + chunk.dropFirst(Esbuild.outputFolder.count + 1)
                }.sorted()
            }
        }
        return bundle
    }

    /// Everything that `output` imports statically, directly or not.
    private static func imports(of output: String, in metafile: Metafile) -> Set<String> {
        var found: Set<String> = []
        var waiting = [output]
        while let next = waiting.popLast() {
            for entry in metafile.outputs[next]?.imports ?? []
            where entry.kind == "import-statement" && found.insert(entry.path).inserted {
                waiting.append(entry.path)
            }
        }
        return found
    }
}

extension IslandBundler.Bundle: StepResult {
    func write(to record: inout RecordWriter) {
        record.write(assets.count)
        for asset in assets {
            record.write(asset.path)
            record.write(asset.bytes)
        }
        record.write(loader)
        record.write(sources.count)
        for (key, source) in sources.sorted(by: { $0.key < $1.key }) {
            record.write(key)
            record.write(source)
            record.write(preloads[key] ?? [])
        }
        record.write(packages)
    }

    init(from record: inout RecordReader) throws {
        for _ in 0..<(try record.count()) {
            assets.append(
                Asset(path: try record.text(), bytes: try record.field(), isImmutable: true))
        }
        loader = try record.optionalText()
        for _ in 0..<(try record.count()) {
            let key = try record.text()
            sources[key] = try record.text()
            preloads[key] = try record.texts()
        }
        packages = try record.packageFiles()
    }
}
