public import Core
public import SiteModel
import System

/// Compiles a node's components and creates its scripts, styles and pictures.
///
/// Each step is a function of its inputs, and the cache keeps its result: unedited inputs are not
/// bundled again, and without any edit esbuild is not started.
public struct AssetBundler: Sendable {
    private let executable: String
    private let cache: BundleCache
    private let limits: ToolLimits

    /// - Parameters:
    ///   - path: the folders in which programs are looked for.
    ///   - cache: earlier results; bundlers may share one.
    /// - Throws: a diagnostic when esbuild is not installed.
    public init(searchPath path: String, cache: BundleCache = BundleCache()) throws(Diagnostic) {
        try self.init(searchPath: path, cache: cache, limits: ToolLimits())
    }

    init(searchPath path: String, cache: BundleCache, limits: ToolLimits) throws(Diagnostic) {
        guard let found = ChildProcess.find("esbuild", in: path) else {
            throw Diagnostic(.toolMissing, "esbuild is not installed", hint: "run: scripts/setup")
        }
        executable = found
        self.cache = cache
        self.limits = limits
    }

    /// Creates the script that render workers load first.
    @concurrent
    public func runtime(of library: TemplateLibrary) async throws -> WorkerRuntime {
        let bundler = RuntimeBundler(
            esbuild: Esbuild(executable: executable, limits: limits), cache: cache,
            runtime: Self.runtimeFiles(of: library))
        async let code = bundler.code(.production)
        async let explainingCode = bundler.code(.development)
        return WorkerRuntime(
            prelude: library.runtime["prelude.js"] ?? "", code: try await code,
            explainingCode: try await explainingCode)
    }

    /// - Parameter branding: the files of the node; without any, it has no pictures.
    /// - Returns: the bundle without the parts that have errors, and the errors.
    @concurrent
    public func bundle(
        components: [Component], node: Node, library: TemplateLibrary,
        branding: TemplateLibrary.Branding = .init()
    ) async throws -> (bundle: AssetBundle, diagnostics: [Diagnostic]) {
        let esbuild = Esbuild(executable: executable, limits: limits)
        let completed = components.filter(\.isPlaced).map(library.complete)
            .sorted { $0.key < $1.key }
        let unplaced = components.filter { !$0.isPlaced }.map(library.complete)
        let styleBundler = StyleBundler(cache: cache)
        let scriptBundler = ScriptBundler(esbuild: esbuild, cache: cache)
        let styleInputs = Self.styleInputs(completed, node: node, library: library)
        async let script = scriptBundler.bundle(node.customScripts, node: node.id)

        let (inputs, refused) = Self.moduleInputs(completed, library: library)
        var (bundle, diagnostics) = try await modules(inputs, library: library, esbuild: esbuild)
        diagnostics = refused + diagnostics
        diagnostics += try await check(unplaced, library: library, esbuild: esbuild)
        let (sheets, sheetWork) = styleBundler.bundle(styleInputs)
        bundle.work.styleSheets = sheetWork
        diagnostics += styleInputs.flatMap { sheets[$0.name]?.diagnostics ?? [] }
        Self.add(sheets.compactMapValues(\.css), to: &bundle)
        let (custom, scriptWork) = try await script
        bundle.work.scripts = scriptWork
        diagnostics += custom.diagnostics
        if let bytes = custom.bytes {
            let asset = Asset(hashed: "custom", extension: "js", bytes: bytes)
            bundle.assets.append(asset)
            bundle.customScript = asset.url
        }
        try Self.addFiles(branding, library: library, to: &bundle)
        return (bundle, diagnostics)
    }

    /// The files of the render engine and the widget that esbuild may read, by path in its working
    /// folder.
    static func runtimeFiles(of library: TemplateLibrary) -> [String: String] {
        var files: [String: String] = [:]
        for (name, text) in library.runtime
        where [".js", ".ts", ".tsx"].contains(where: name.hasUTF8Suffix) || name == "package.json" {
            files["runtime/" + name] = text
        }
        return files
    }

    /// Returns the errors in the code of components that no page places yet, as warnings.
    private func check(
        _ components: [Component], library: TemplateLibrary, esbuild: Esbuild
    ) async throws -> [Diagnostic] {
        guard !components.isEmpty else { return [] }
        var (inputs, refused) = Self.moduleInputs(components, library: library)
        // Layouts and the document are on every page, so they are checked already.
        inputs.removeAll { $0.kind != .component }
        let compiler = ModuleCompiler(
            esbuild: esbuild, cache: cache, runtime: Self.runtimeFiles(of: library))
        let faults = try await compiler.faults(in: inputs)
        return (refused + faults).map { fault in
            var warning = fault
            warning.severity = .warning
            warning.message += " (no page places the component yet)"
            return warning
        }
    }

    /// Compiles modules for the worker, and the islands among them for the browser.
    private func modules(
        _ inputs: [ModuleInput], library: TemplateLibrary, esbuild: Esbuild
    ) async throws -> (bundle: AssetBundle, diagnostics: [Diagnostic]) {
        let runtime = Self.runtimeFiles(of: library)
        let compiler = ModuleCompiler(esbuild: esbuild, cache: cache, runtime: runtime)
        let islandBundler = IslandBundler(esbuild: esbuild, cache: cache, runtime: runtime)
        let behaviourBundler = BehaviourBundler(esbuild: esbuild, cache: cache, runtime: runtime)
        let inspection = try await compiler.inspect(inputs)
        let expected = inspection.islands
        let behaviours = inspection.behaviours
        // Both take about the same time, so they run together. When a module fails to compile,
        // the islands are bundled again without it.
        async let early = Self.attempt { try await islandBundler.bundle(expected) }
        async let enhancing = Self.attempt { try await behaviourBundler.bundle(behaviours) }
        let results = try await compiler.finish(inspection)

        var bundle = AssetBundle()
        bundle.work.modules = inspection.work
        var diagnostics: [Diagnostic] = []
        var failed: Set<String> = []
        for (input, result) in Self.limitTotal(of: results) {
            if case .compiled(let code) = result { diagnostics += code.warnings }
            switch (result, input.kind) {
            case (.faulty(let faults), _):
                diagnostics += faults
                if input.kind == .component { failed.insert(input.key) }
            case (.compiled(let code), .component):
                bundle.components[input.key] = input.module(from: code)
            case (.compiled(let code), .layout):
                bundle.layouts[input.key] = input.module(from: code)
            case (.compiled(let code), .document): bundle.document = input.module(from: code)
            }
        }
        let sound = expected.filter { !failed.contains($0.key) }
        let first = await early
        let outcome = sound == expected ? try first.get() : try await islandBundler.bundle(sound)
        bundle.work.islands = outcome.work
        diagnostics += outcome.faults
        // Without its browser module, a published island would not react.
        for key in outcome.failed { bundle.components[key] = nil }
        let islands = outcome.bundle
        bundle.assets += islands.assets
        bundle.islandLoader = islands.loader
        for key in bundle.components.keys {
            bundle.components[key]?.islandSource = islands.sources[key]
            bundle.components[key]?.islandPreloads = islands.preloads[key] ?? []
        }
        let enhanced = try await enhancing.get()
        bundle.work.behaviours = enhanced.work
        diagnostics += enhanced.faults.filter { !failed.contains($0.location.component ?? "") }
        for key in enhanced.failed { bundle.components[key] = nil }
        for (key, module) in enhanced.modules.sorted(by: { $0.key < $1.key })
        where bundle.components[key] != nil {
            bundle.components[key]?.behaviourSource = module.url
            bundle.assets.append(module)
        }
        return (bundle, diagnostics)
    }

    /// Refuses the largest components until the others fit into one frame to a worker.
    private static func limitTotal(
        of results: [(ModuleInput, ModuleResult)]
    ) -> [(ModuleInput, ModuleResult)] {
        let sizes = results.map { _, result in
            if case .compiled(let code) = result { code.serverCode.utf8.count } else { 0 }
        }
        var total = sizes.reduce(0, +)
        guard total > SourceLimits.compiledTotal else { return results }
        var results = results
        let order = results.indices.filter { results[$0].0.kind == .component }
            .sorted { (sizes[$1], $0) < (sizes[$0], $1) }
        for index in order where total > SourceLimits.compiledTotal {
            total -= sizes[index]
            let fault = Diagnostic(
                .contentTooLarge,
                "the compiled code of all components has more than "
                    + "\(SourceLimits.compiledTotal) bytes, and this is one of the largest",
                at: results[index].0.location)
            results[index].1 = .faulty([fault])
        }
        return results
    }

    private static func attempt<Value>(
        _ work: @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }

    private static func add(_ sheets: [String: String], to bundle: inout AssetBundle) {
        bundle.siteStyles = ["base", "layouts", "custom"].compactMap { sheets[$0] }.joined()
        for key in bundle.components.keys {
            bundle.components[key]?.styles = sheets["component-\(key)"].map(ModuleStyles.init)
        }
    }

    private static func addFiles(
        _ branding: TemplateLibrary.Branding, library: TemplateLibrary,
        to bundle: inout AssetBundle
    ) throws {
        for (name, bytes) in branding.files.sorted(by: { $0.key < $1.key }) {
            let parts = name.splitUTF8(separator: ".", maxSplits: 1)
            let asset = Asset(
                hashed: String(parts[0]), extension: String(parts.last ?? "bin"), bytes: bytes)
            bundle.assets.append(asset)
            bundle.brandingURLs[name] = asset.url
            // Markdown and props name the file itself, and cannot know the hash.
            bundle.assets.append(Asset(path: Asset.brandingFolder + name, bytes: bytes))
        }
        for font in library.fonts {
            guard let bytes = try library.bytes(of: font) else { continue }
            let stem =
                font.file.splitUTF8(separator: "/").last?.splitUTF8(separator: ".").first ?? "font"
            let asset = Asset(hashed: String(stem), extension: "woff2", bytes: bytes)
            bundle.fonts.append((font: font, url: asset.url))
            bundle.assets.append(asset)
        }
    }
}
