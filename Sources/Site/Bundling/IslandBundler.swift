import Core
import System

/// Creates the browser's bundles: one small loader, one module per island, React in a shared chunk.
///
/// The chunks depend on all islands together, so one step bundles all of them.
struct IslandBundler {
    let esbuild: Esbuild
    let cache: BundleCache
    /// The engine's own JavaScript, by path below the working folder.
    let runtime: [String: String]

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

    /// The modules made, and the components that failed.
    struct Outcome: Sendable {
        var bundle = Bundle()
        var work = BundlingWork.Tally()
        /// The keys of components whose browser module failed.
        var failed: Set<String> = []
        var faults: [Diagnostic] = []
    }

    /// One run of the tool.
    private struct Request {
        var islands: [BrowserSource]
        var arguments: [String]
        var files: [String: String]
        var key: SHA256Digest
    }

    /// The path of an island's entry module, below the working folder.
    private static func entry(of island: BrowserSource) -> String {
        "islands/island-\(FileStem(island.key)).js"
    }

    private func request(for islands: [BrowserSource]) -> Request {
        var files = runtime
        for island in islands {
            files[island.file] = island.text
            files[Self.entry(of: island)] = """
                import Component from "../\(island.file)";
                import { hydrate } from "../runtime/client.js";
                export default (element) => hydrate(element, Component);
                """
        }
        let arguments = Self.arguments + islands.map(Self.entry)
        var stepKey = StepKey("islands", esbuild: esbuild, arguments: arguments)
        stepKey.add(files: files)
        return Request(islands: islands, arguments: arguments, files: files, key: stepKey.digest())
    }

    /// - Returns: the bundle of all islands without errors; empty when there is no island.
    func bundle(_ islands: [BrowserSource]) async throws -> Outcome {
        var outcome = Outcome()
        var sound: [BrowserSource] = []
        for island in islands.sorted(by: { $0.key < $1.key }) {
            if case .faulty(let faults)? = cache.remembered(
                ModuleResult.self, for: faultKey(of: island))
            {
                outcome.faults += faults
                outcome.failed.insert(island.key)
            } else {
                sound.append(island)
            }
        }
        guard !sound.isEmpty else { return outcome }
        let request = request(for: sound)
        if let known = cache.result(Bundle.self, for: request.key) {
            outcome.bundle = known
            outcome.work.reused = 1
            return outcome
        }
        switch try await make(request) {
        case .success(let bundle):
            cache.keep(bundle, for: request.key)
            outcome.bundle = bundle
            outcome.work.made = 1
            return outcome
        case .failure(let fault):
            for (island, faults) in fault.islands {
                cache.keep(ModuleResult.faulty(faults), for: faultKey(of: island), onDisk: false)
            }
            // Leave out the islands with errors and bundle the others.
            return try await bundle(islands)
        }
    }

    private func faultKey(of island: BrowserSource) -> SHA256Digest {
        var key = StepKey("island", esbuild: esbuild, arguments: Self.arguments)
        key.add(files: runtime)
        for part in [island.key, island.text, "\(island.location)"] { key.add(part) }
        return key.digest()
    }

    /// Islands that cannot be bundled, each with at least one error.
    private struct Fault: Error {
        var islands: [(BrowserSource, [Diagnostic])] = []
    }

    /// Bundles all islands in one run. When it fails, further runs find the islands at fault.
    private func make(_ request: Request) async throws -> Result<Bundle, Fault> {
        var bundle: Bundle?
        var fault = Fault()
        var reason: ToolDeath?
        // Rounds after a crash bundle some of the islands, to find those that crash the tool.
        var rounds = ToolRounds(together: request.islands)
        while let batch = rounds.next() {
            let isWhole = batch.count == request.islands.count
            let part = isWhole ? request : self.request(for: batch)
            switch try await esbuild.run(part.arguments, on: part.files) {
            case .died(let death):
                reason = reason ?? death
                guard let island = rounds.split(batch) else { continue }
                let found = death.diagnostic(
                    of: "esbuild", over: "the island", at: island.location)
                fault.islands.append((island, [found]))
            case .report(let run):
                guard run.succeeded, let metafile = run.metafile else {
                    let found = Self.faults(in: run.messages, of: batch)
                    guard !found.isEmpty else { throw Esbuild.failure(run.messages) }
                    fault.islands += found
                    let failed = Set(found.map(\.0.key))
                    rounds.add(batch.filter { !failed.contains($0.key) })
                    continue
                }
                try run.checkInputs(part.files.keys)
                if isWhole { bundle = try Self.bundle(of: batch, run, metafile: metafile) }
            }
        }
        if let bundle { return .success(bundle) }
        if fault.islands.isEmpty, let reason {
            throw Diagnostic(
                .contentTooLarge,
                "esbuild \(reason) over the \(request.islands.count) islands together",
                hint: "move data out of components that run in the browser")
        }
        return .failure(fault)
    }

    private static func faults(
        in messages: [Esbuild.Message], of islands: [BrowserSource]
    ) -> [(BrowserSource, [Diagnostic])] {
        let errors = Dictionary(grouping: messages.filter(\.isError), by: \.file)
        return islands.compactMap { island in
            guard let own = errors[island.file] else { return nil }
            return (island, island.source.diagnostics(of: own, at: island.location))
        }
    }

    private static func bundle(
        of islands: [BrowserSource], _ run: Esbuild.Result, metafile: Metafile
    ) throws(Diagnostic) -> Bundle {
        let keys = Dictionary(islands.map { (entry(of: $0), $0.key) }, uniquingKeysWith: { $1 })
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
                    "/assets/"
                        + (chunk.droppingUTF8Prefix(Esbuild.outputFolder + "/") ?? chunk[...])
                }.sorted()
            }
        }
        return bundle
    }

    /// Returns everything that `output` imports statically, directly or indirectly.
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
