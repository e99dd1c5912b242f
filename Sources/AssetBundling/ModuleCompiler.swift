import Diagnostics
import SiteModel
import SystemSupport

/// Turns TSX from the database and from the library into modules that a render worker can run.
///
/// Every module is first parsed alone, so that one that is broken fails alone; what it imports is
/// checked against the allow list before any import is followed.
struct ModuleCompiler {
    let esbuild: Esbuild

    /// One piece of TSX on its way to a compiled module.
    struct Input {
        var kind: CompiledModule.Kind
        var key: String
        var code: String
        var codeField: String
        var dependencies: [String] = []
        var hydrate: String?
        var propsSchema: JSONValue?

        /// Below the working folder.
        var file: String { "\(kind.rawValue)s/\(key).tsx" }
        /// What the worker loads: it hands the module's default export over.
        var entry: String { "entries/\(kind.rawValue)s/\(key).js" }

        var location: Diagnostic.Location {
            switch kind {
            case .component: .init(component: key, field: codeField)
            case .layout, .document: .init(field: codeField)
            }
        }
    }

    /// What components may always import.
    static let providedPackages: Set<String> = ["react", "react-dom", "robbieblocks"]
    private static let automaticImports: Set<String> = ["react/jsx-runtime"]

    private static let commonArguments = [
        "--bundle", "--jsx=automatic", "--inject:./runtime/globals.js", "--legal-comments=none",
        "--log-level=warning", "--charset=utf8", "--define:process.env.NODE_ENV=\"production\"",
    ]

    /// Compiles all inputs; those with a fault are left out and explained.
    func compile(_ inputs: [Input]) throws -> (modules: [CompiledModule], diagnostics: [Diagnostic])
    {
        var diagnostics: [Diagnostic] = []
        var sources: [String: ComponentSource] = [:]
        var accepted: [Input] = []
        for input in inputs {
            let source = ComponentSource(code: input.code)
            sources[input.file] = source
            try esbuild.folder.write(Array(source.text.utf8), to: input.file)
            accepted.append(input)
        }
        let failed = try inspect(&accepted, sources: sources)
        diagnostics += failed

        var inspected: [(Input, CompiledJavaScript)] = []
        let metafile = accepted.isEmpty ? JSONValue.null : try esbuild.metafile("inspect.json")
        for input in accepted {
            if let fault = forbiddenImport(of: input, in: metafile) {
                diagnostics.append(fault)
                continue
            }
            let output = try read("inspect/\(input.file.dropLast(4)).js")
            let marker = output.firstRange(of: "// \(input.file)\n")
            let code = CompiledJavaScript(output[(marker?.upperBound ?? output.startIndex)...])
            let exports = metafile["outputs"]?["inspect/\(input.file.dropLast(4)).js"]?["exports"]
            if exports?.array?.contains("default") != true {
                guard var source = sources[input.file],
                    source.addDefaultExport(key: input.key, declarations: code.declarations)
                else {
                    diagnostics.append(
                        Diagnostic(
                            .noComponentFound, "the code declares no component",
                            at: input.location,
                            hint:
                                "declare 'function \(Component.pascalCase(input.key))(props) { … }'"
                        ))
                    continue
                }
                try esbuild.folder.remove(input.file)
                try esbuild.folder.write(Array(source.text.utf8), to: input.file)
            }
            // Handing the component over by a call leaves out the wrapping of exports, which would
            // cost more than most components each time one is instantiated.
            let entry = "import View from \"../../\(input.file)\";\nprovide(View);\n"
            try esbuild.folder.write(Array(entry.utf8), to: input.entry)
            inspected.append((input, code))
        }
        let (modules, faults) = try finish(inspected, sources: sources)
        return (modules, diagnostics + faults)
    }

    /// Parses every input; removes those that do not parse.
    private func inspect(
        _ inputs: inout [Input], sources: [String: ComponentSource]
    ) throws -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        while !inputs.isEmpty {
            let (succeeded, messages) = try esbuild.run(
                Self.commonArguments + inputs.map(\.file) + [
                    "--external:*", "--tree-shaking=false", "--format=esm", "--outdir=inspect",
                    "--outbase=.", "--metafile=inspect.json",
                    "--supported:template-literal=false",
                ])
            if succeeded { return diagnostics }
            diagnostics += try explain(messages, in: inputs, sources: sources)
            let files = Set(messages.filter(\.isError).compactMap(\.file))
            inputs.removeAll { files.contains($0.file) }
        }
        return diagnostics
    }

    /// - Throws: when no error is in one of the inputs.
    private func explain(
        _ messages: [Esbuild.Message], in inputs: [Input], sources: [String: ComponentSource]
    ) throws(Diagnostic) -> [Diagnostic] {
        let errors = messages.filter(\.isError)
        let diagnostics: [Diagnostic] = errors.compactMap { error in
            guard let input = inputs.first(where: { $0.file == error.file }) else { return nil }
            var location = input.location
            if let line = error.line, let column = error.column {
                let place = sources[input.file]?.original(line: line, column: column)
                location.line = place?.line
                location.column = place?.column
            }
            return Diagnostic(.syntaxError, error.text, at: location)
        }
        guard diagnostics.isEmpty else { return diagnostics }
        throw Diagnostic(
            .toolFailed,
            "esbuild failed on '\(errors.first?.file ?? "?")': "
                + (errors.first?.text ?? "no reason given"))
    }

    private func forbiddenImport(of input: Input, in metafile: JSONValue) -> Diagnostic? {
        for entry in metafile["inputs"]?[input.file]?["imports"]?.array ?? [] {
            guard let path = entry["path"]?.string else { continue }
            if Self.providedPackages.contains(path) || Self.automaticImports.contains(path) {
                continue
            }
            // The tool reports its own injected file by its absolute path.
            if path == esbuild.folder.path + "/runtime/globals.js" { continue }
            let reason: String
            if path.hasPrefix("/") || path.hasPrefix(".") {
                reason = "'\(path)' is a file: components are rows, and cannot import files"
            } else if path.contains("://") || path.hasPrefix("data:") {
                reason = "'\(path)' is an address: nothing is fetched from elsewhere"
            } else if path.hasPrefix("node:") {
                reason = "'\(path)' belongs to Node.js, which does not run here"
            } else if input.dependencies.contains(path) {
                reason = "the package '\(path)' is declared in dependencies, but is not provided"
            } else {
                reason = "the package '\(path)' is not declared in dependencies and is not provided"
            }
            var location = input.location
            let place = Self.position(of: path, in: input.code)
            location.line = place?.line
            location.column = place?.column
            return Diagnostic(
                .importNotAllowed, "the import of \(reason)", at: location,
                hint: "what can be imported: 'react', 'react-dom', 'robbieblocks'")
        }
        return nil
    }

    /// Where the quoted path first stands in the code.
    private static func position(of path: String, in code: String) -> (line: Int, column: Int)? {
        let range = code.firstRange(of: "\"\(path)\"") ?? code.firstRange(of: "'\(path)'")
        guard let start = range?.lowerBound else { return nil }
        let before = code[..<start]
        let line = before.count { $0 == "\n" } + 1
        let lineStart = before.lastIndex(of: "\n").map { code.index(after: $0) } ?? code.startIndex
        return (line, code.distance(from: lineStart, to: start) + 1)
    }

    /// Compiles what was accepted into CommonJS for the worker.
    ///
    /// A module that got its export only now is held to stricter rules than before, and may fail.
    private func finish(
        _ inspected: [(Input, CompiledJavaScript)], sources: [String: ComponentSource]
    ) throws -> (modules: [CompiledModule], diagnostics: [Diagnostic]) {
        guard !inspected.isEmpty else { return ([], []) }
        let (succeeded, messages) = try esbuild.run(
            Self.commonArguments + inspected.map(\.0.entry) + [
                "--external:react", "--external:react-dom", "--external:react/jsx-runtime",
                "--external:robbieblocks", "--format=cjs", "--outdir=server",
                "--outbase=entries", "--sourcemap=external",
            ])
        guard succeeded else {
            let faults = try explain(messages, in: inspected.map(\.0), sources: sources)
            let files = Set(messages.filter(\.isError).compactMap(\.file))
            let rest = inspected.filter { !files.contains($0.0.file) }
            let (modules, others) = try finish(rest, sources: sources)
            return (modules, faults + others)
        }
        let modules = try inspected.map { input, code in
            let stem = "server/\(input.file.dropLast(4)).js"
            let hydrate: Hydration? =
                switch (input.kind, input.hydrate) {
                case (.layout, _), (.document, _), (_, "none"): nil
                case (_, let mode?): Hydration(rawValue: mode) ?? .load
                case (_, nil): code.needsBrowser ? .load : nil
                }
            return CompiledModule(
                kind: input.kind, key: input.key, serverCode: try read(stem),
                sourceMap: SourceMap(
                    json: try read(stem + ".map"),
                    firstLineShift: sources[input.file]?.firstLineShift ?? 0) ?? .empty,
                context: code.context, reachesPrototypes: code.reachesPrototypes,
                dependsOnNeighbours: code.dependsOnNeighbours, hydrate: hydrate,
                propsSchema: PropsSchema.normalize(input.propsSchema)?.text,
                codeField: input.codeField)
        }
        return (modules, [])
    }

    private func read(_ path: some StringProtocol) throws -> String {
        String(decoding: try esbuild.folder.read(String(path)), as: UTF8.self)
    }
}
