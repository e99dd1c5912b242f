public import Diagnostics
public import SiteModel
import SystemSupport

/// Compiles a node's components and makes its scripts, styles and pictures.
public struct AssetBundler: Sendable {
    private let executable: String

    /// - Parameter path: the folders in which programs are looked for.
    /// - Throws: a diagnostic when esbuild is not installed.
    public init(searchPath path: String) throws(Diagnostic) {
        guard let found = ChildProcess.find("esbuild", in: path) else {
            throw Diagnostic(.toolMissing, "esbuild is not installed", hint: "run: scripts/setup")
        }
        executable = found
    }

    /// Makes the script that render workers load before anything else.
    @concurrent
    public func runtime(of library: TemplateLibrary) async throws -> WorkerRuntime {
        let workshop = try Workshop(runtime: library.runtime)
        defer { workshop.remove() }
        let esbuild = Esbuild(executable: executable, folder: workshop.folder)
        let (succeeded, messages) = try esbuild.run([
            "runtime/server.js", "--bundle", "--format=iife", "--global-name=robbieblocks",
            "--minify", "--charset=utf8", "--log-level=warning", "--legal-comments=none",
            "--define:process.env.NODE_ENV=\"production\"",
            "--alias:robbieblocks=./runtime/robbieblocks.js", "--outfile=server-runtime.js",
        ])
        guard succeeded else {
            throw Diagnostic(
                .toolMissing,
                "React cannot be bundled: \(messages.first(where: \.isError)?.text ?? "")",
                hint: "install node-react, node-react-dom and node-ajv: run scripts/setup")
        }
        return WorkerRuntime(
            prelude: library.runtime["prelude.js"] ?? "",
            code: String(decoding: try workshop.folder.read("server-runtime.js"), as: UTF8.self))
    }

    /// - Returns: the bundle without the parts that have a fault, and the faults.
    @concurrent
    public func bundle(
        components: [Component], node: Node, library: TemplateLibrary
    ) async throws -> (bundle: AssetBundle, diagnostics: [Diagnostic]) {
        let workshop = try Workshop(runtime: library.runtime)
        defer { workshop.remove() }
        let esbuild = Esbuild(executable: executable, folder: workshop.folder)
        var bundle = AssetBundle()

        let completed = components.map(library.complete)
        async let styles = styles(
            completed: completed, node: node, library: library, esbuild: esbuild)
        var (inputs, diagnostics) = Self.moduleInputs(completed, library: library)
        inputs += library.layouts.sorted { $0.key < $1.key }.map { key, file in
            ModuleCompiler.Input(kind: .layout, key: key, code: file.code, codeField: file.path)
        }
        inputs.append(
            ModuleCompiler.Input(
                kind: .document, key: "document", code: library.document.code,
                codeField: library.document.path))
        let compiled = try ModuleCompiler(esbuild: esbuild).compile(inputs)
        diagnostics += compiled.diagnostics
        for module in compiled.modules {
            switch module.kind {
            case .component: bundle.components[module.key] = module
            case .layout: bundle.layouts[module.key] = module
            case .document: bundle.document = module
            }
        }

        let islands = try IslandBundler(esbuild: esbuild).bundle(Array(bundle.components.values))
        bundle.assets += islands.assets
        bundle.islandLoader = islands.loader
        for key in bundle.components.keys {
            bundle.components[key]?.islandSource = islands.sources[key]
            bundle.components[key]?.islandPreloads = islands.preloads[key] ?? []
        }
        let (sheets, styleFaults) = try await styles
        diagnostics += styleFaults
        Self.add(sheets, to: &bundle)
        diagnostics += try addScript(of: node, to: &bundle, esbuild: esbuild)
        try addFiles(of: node, library: library, to: &bundle)
        return (bundle, diagnostics)
    }

    private static func moduleInputs(
        _ components: [Component], library: TemplateLibrary
    ) -> ([ModuleCompiler.Input], [Diagnostic]) {
        var inputs: [ModuleCompiler.Input] = []
        var diagnostics: [Diagnostic] = []
        for component in components.sorted(by: { $0.key < $1.key })
        where component.key != Component.pageContentKey {
            guard Component.isValidKey(component.key) else {
                diagnostics.append(
                    Diagnostic(
                        .unknownComponent,
                        "a component_key has letters, digits, '-', '_' and '.', 100 at most",
                        at: .init(component: component.key, field: "component_key")))
                continue
            }
            guard let code = component.code, code.contains(where: { !$0.isWhitespace }) else {
                diagnostics.append(
                    Diagnostic(
                        .noComponentFound,
                        "the component has no code, and the library has none of that key",
                        at: .init(component: component.key, field: "react_code"),
                        hint: suggestion(
                            for: component.key, among: Array(library.components.keys))))
                continue
            }
            if let mode = component.hydrate, mode != "none", Hydration(rawValue: mode) == nil {
                diagnostics.append(
                    Diagnostic(
                        .badMetadata, "metadata.hydrate is '\(mode)'",
                        at: .init(component: component.key, field: "metadata"),
                        hint: "it is one of load, idle, visible, none"))
                continue
            }
            inputs.append(
                ModuleCompiler.Input(
                    kind: .component, key: component.key, code: code,
                    codeField: component.codeField, dependencies: component.dependencies,
                    hydrate: component.hydrate, propsSchema: component.propsSchema))
        }
        return (inputs, diagnostics)
    }

    /// Style sheets by name: `base`, `layouts`, `custom`, and `component-KEY`.
    @concurrent
    private func styles(
        completed: [Component], node: Node, library: TemplateLibrary, esbuild: Esbuild
    ) async throws -> (sheets: [String: String], diagnostics: [Diagnostic]) {
        let islandStyles = library.runtime["islands.css"] ?? ""
        var inputs = [
            StyleBundler.Input(
                name: "base", layer: "base", css: library.baseStyles + "\n" + islandStyles,
                location: .init(field: "templates/styles")),
            StyleBundler.Input(
                name: "layouts", layer: "layouts",
                css: library.layouts.sorted { $0.key < $1.key }.map(\.value.styles)
                    .joined(separator: "\n"),
                location: .init(field: "templates/layouts")),
        ]
        if node.customCSS.contains(where: { !$0.isWhitespace }) {
            inputs.append(
                StyleBundler.Input(
                    name: "custom", layer: "custom", css: node.customCSS,
                    location: .init(node: node.id, field: "custom_css")))
        }
        for component in completed.sorted(by: { $0.key < $1.key })
        where Component.isValidKey(component.key) {
            guard let css = component.styles, css.contains(where: { !$0.isWhitespace }) else {
                continue
            }
            inputs.append(
                StyleBundler.Input(
                    name: "component-\(component.key)", layer: "components", css: css,
                    location: .init(component: component.key, field: "css_styles")))
        }
        return try StyleBundler(esbuild: esbuild).bundle(inputs)
    }

    private static func add(_ sheets: [String: String], to bundle: inout AssetBundle) {
        let site = (sheets["base"] ?? "") + (sheets["layouts"] ?? "")
        for (name, css) in [("site", site), ("custom", sheets["custom"] ?? "")] where !css.isEmpty {
            let asset = Asset(hashed: name, extension: "css", bytes: Array(css.utf8))
            bundle.assets.append(asset)
            bundle.stylesheets.append(asset.url)
        }
        for key in bundle.components.keys.sorted() {
            guard let css = sheets["component-\(key)"] else { continue }
            let asset = Asset(hashed: key, extension: "css", bytes: Array(css.utf8))
            bundle.assets.append(asset)
            bundle.components[key]?.stylesheet = asset.url
        }
    }

    /// The node's `custom_scripts`, as a module of its own that imports nothing.
    private func addScript(
        of node: Node, to bundle: inout AssetBundle, esbuild: Esbuild
    ) throws -> [Diagnostic] {
        guard node.customScripts.contains(where: { !$0.isWhitespace }) else { return [] }
        let location = Diagnostic.Location(node: node.id, field: "custom_scripts")
        try esbuild.folder.write(Array(node.customScripts.utf8), to: "scripts/custom.js")
        let (succeeded, messages) = try esbuild.run([
            "scripts/custom.js", "--bundle", "--external:*", "--format=esm", "--minify",
            "--charset=utf8", "--outfile=scripts-out/custom.js", "--metafile=scripts.json",
            "--log-level=warning",
        ])
        if !succeeded {
            return messages.filter(\.isError).map { message in
                var place = location
                place.line = message.line
                place.column = message.column
                return Diagnostic(
                    .syntaxError, message.text, at: place,
                    hint: "custom_scripts is JavaScript, without <script> around it")
            }
        }
        let imports =
            try esbuild.metafile("scripts.json")["inputs"]?["scripts/custom.js"]?["imports"]?.array
        if let path = imports?.first?["path"]?.string {
            return [
                Diagnostic(
                    .importNotAllowed, "a node's scripts cannot import '\(path)'", at: location,
                    hint: "put the code itself into custom_scripts")
            ]
        }
        let asset = Asset(
            hashed: "custom", extension: "js",
            bytes: try esbuild.folder.read("scripts-out/custom.js"))
        bundle.assets.append(asset)
        bundle.customScript = asset.url
        return []
    }

    private func addFiles(
        of node: Node, library: TemplateLibrary, to bundle: inout AssetBundle
    ) throws {
        for (name, bytes) in try library.branding(of: node.id).files.sorted(by: { $0.key < $1.key })
        {
            let parts = name.split(separator: ".", maxSplits: 1)
            let asset = Asset(
                hashed: String(parts[0]), extension: String(parts.last ?? "bin"), bytes: bytes)
            bundle.assets.append(asset)
            bundle.brandingURLs[name] = asset.url
        }
        for font in library.fonts {
            guard let bytes = try library.bytes(of: font) else { continue }
            let stem = font.file.split(separator: "/").last?.split(separator: ".").first ?? "font"
            let suffix = font.file.split(separator: ".").last ?? "woff2"
            let asset = Asset(hashed: String(stem), extension: String(suffix), bytes: bytes)
            bundle.fonts.append((font: font, url: asset.url))
            bundle.assets.append(asset)
        }
    }
}

/// A temporary folder that holds the tool's input and nothing else.
private struct Workshop {
    let folder: Directory

    init(runtime: [String: String]) throws {
        let base = environmentVariable("TMPDIR") ?? "/tmp"
        folder = try Directory(temporaryBelow: base, prefix: "robbieblocks-")
        for name in [
            "runtime", "components", "layouts", "documents", "entries", "entries/components",
            "entries/layouts", "entries/documents", "islands", "styles", "scripts",
        ] {
            try folder.createFolder(name)
        }
        let settings = #"{"compilerOptions":{"jsx":"react-jsx","target":"es2020"}}"#
        try folder.write(Array(settings.utf8), to: "tsconfig.json")
        for (name, text) in runtime {
            try folder.write(Array(text.utf8), to: "runtime/\(name)")
        }
    }

    func remove() {
        // What stays behind is in a temporary folder; the build's own result is what counts.
        try? folder.removeAll()
    }
}
