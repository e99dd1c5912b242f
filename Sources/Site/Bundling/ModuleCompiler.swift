import Core
import SiteModel
import System

/// Turns TSX from the database and from the library into modules that a render worker can run.
///
/// Each module is first parsed alone, so that a broken one fails alone; its imports are checked
/// against the allow list before any import is followed. One run of the tool compiles all modules
/// that the cache lacks, each as if compiled alone: no module imports another.
struct ModuleCompiler {
    let esbuild: Esbuild
    let cache: BundleCache
    /// The engine's own JavaScript, by path below the working folder.
    let runtime: [String: String]

    /// A module that can be compiled: it parses and imports only allowed packages.
    struct Inspected: Sendable {
        var input: ModuleInput
        var source: ComponentSource
        var code: CompiledJavaScript
        var addedExport: String?
        var hasBehaviour = false
        /// The warnings about it, which do not prevent publishing.
        var warnings: [Diagnostic] = []
    }

    /// Inputs after parsing: some are cached, some have errors, some can be compiled.
    struct Inspection: Sendable {
        var inputs: [ModuleInput]
        /// By the input's `file`.
        var results: [String: ModuleResult] = [:]
        var inspected: [Inspected] = []
        var work = BundlingWork.Tally()

        /// The errors, in the order of the inputs.
        var faults: [Diagnostic] {
            inputs.flatMap { input -> [Diagnostic] in
                guard case .faulty(let faults)? = results[input.file] else { return [] }
                return faults
            }
        }

        /// The components that are hydrated in the browser, unless they fail to compile.
        var islands: [BrowserSource] {
            sources { input, needsBrowser, _ in input.hydration(needsBrowser: needsBrowser) != nil }
        }

        /// The components whose HTML a small module enhances, unless they fail to compile.
        var behaviours: [BrowserSource] {
            sources { input, _, hasBehaviour in hasBehaviour && input.kind == .component }
        }

        private func sources(
            where isWanted: (ModuleInput, _ needsBrowser: Bool, _ hasBehaviour: Bool) -> Bool
        ) -> [BrowserSource] {
            let fresh = Dictionary(
                inspected.map { ($0.input.file, $0) }, uniquingKeysWith: { $1 })
            return inputs.compactMap { input in
                if let one = fresh[input.file] {
                    guard isWanted(input, one.code.needsBrowser, one.hasBehaviour) else {
                        return nil
                    }
                    return .init(key: input.key, source: one.source, location: input.location)
                }
                guard case .compiled(let code)? = results[input.file],
                    isWanted(input, code.needsBrowser, code.hasBehaviour)
                else { return nil }
                var source = ComponentSource(code: input.code)
                source.takeOut(code.blanks)
                if let name = code.addedExport { source.addDefaultExport(name) }
                return .init(key: input.key, source: source, location: input.location)
            }
        }
    }

    /// The packages that components may always import.
    static let providedPackages: Set<String> = [
        "react", "react-dom", "robbieblocks", "robbieblocks/chat", "robbieblocks/robbie",
    ]
    static let automaticImports: Set<String> = ["react/jsx-runtime"]

    private static let commonArguments = [
        "--bundle", "--jsx=automatic", "--inject:./runtime/globals.js", "--legal-comments=none",
        "--define:process.env.NODE_ENV=\"production\"",
    ]
    private static let inspectArguments =
        commonArguments + [
            "--external:*", "--tree-shaking=false", "--format=esm", "--outbase=.",
            "--metafile=\(Esbuild.metafile)", "--supported:template-literal=false",
        ]
    private static let finishArguments =
        commonArguments + [
            "--metafile=\(Esbuild.metafile)",
            "--external:react", "--external:react-dom", "--external:react/jsx-runtime",
            "--external:robbieblocks", "--format=cjs", "--outbase=entries", "--sourcemap=external",
            "--sources-content=false",
        ]

    private func key(of input: ModuleInput, step: String = "module") -> SHA256Digest {
        var key = StepKey(
            step, esbuild: esbuild, arguments: Self.inspectArguments + Self.finishArguments)
        key.add(files: runtime)
        for part in [input.kind.rawValue, input.key, input.code, input.codeField] { key.add(part) }
        key.add(input.dependencies)
        return key.digest()
    }

    /// Returns the errors that parsing finds in modules that need not be compiled yet.
    func faults(in inputs: [ModuleInput]) async throws -> [Diagnostic] {
        // Modules that parse are cached too: starting the tool once more for each edit of another
        // component would be most of the cost of that edit.
        var warnings: [Diagnostic] = []
        let unknown = inputs.filter { input in
            let key = key(of: input, step: "parsed module")
            guard let parsed = cache.result(ParsedModule.self, for: key) else { return true }
            warnings += parsed.warnings
            return false
        }
        let inspection = try await inspect(unknown)
        for one in inspection.inspected {
            cache.keep(
                ParsedModule(warnings: one.warnings),
                for: key(of: one.input, step: "parsed module"))
            warnings += one.warnings
        }
        for input in unknown {
            // Cached while a page placed it.
            if case .compiled(let code)? = inspection.results[input.file] {
                warnings += code.warnings
            }
        }
        return inspection.faults + warnings
    }

    /// Looks up cached modules, and parses the others.
    func inspect(_ inputs: [ModuleInput]) async throws -> Inspection {
        var inspection = Inspection(inputs: inputs)
        var unknown: [ModuleInput] = []
        for input in inputs {
            if let result = cache.result(ModuleResult.self, for: key(of: input)) {
                inspection.results[input.file] = result
            } else {
                unknown.append(input)
            }
        }
        inspection.work = .init(made: unknown.count, reused: inputs.count - unknown.count)
        var sources = Dictionary(
            unknown.map { ($0.file, ComponentSource(code: $0.code)) }, uniquingKeysWith: { $1 })
        for input in unknown {
            let fault = SourceLimits.fault(in: input.code, name: "the code", at: input.location)
            if let fault { fail(input, with: [fault], in: &inspection) }
        }
        unknown.removeAll { inspection.results[$0.file] != nil }
        var rounds = ToolRounds(unknown) { $0.code.utf8.count }
        while let batch = rounds.next() {
            let files = batch.map { ($0.file, sources[$0.file]?.text ?? "") }
            let outcome = try await esbuild.run(
                Self.inspectArguments + batch.map(\.file), on: runtime.merging(files) { $1 })
            switch outcome {
            case .died(let death):
                if let input = rounds.split(batch) {
                    condemn(input, because: death, in: &inspection)
                }
            case .report(let run) where run.succeeded:
                for input in batch {
                    guard let source = sources[input.file] else { continue }
                    switch try examine(input, source: source, in: run) {
                    case .success(let inspected): inspection.inspected.append(inspected)
                    case .failure(let fault): fail(input, with: [fault], in: &inspection)
                    }
                }
            case .report(let run):
                for (input, faults) in try explain(run.messages, in: batch, sources: sources) {
                    let errors = run.messages.filter { $0.isError && $0.file == input.file }
                    if sources[input.file]?.rewriteNewerSyntax(at: errors) == true { continue }
                    fail(input, with: faults, in: &inspection)
                }
                rounds.add(batch.filter { inspection.results[$0.file] == nil })
            }
        }
        return inspection
    }

    /// Compiles the accepted modules into CommonJS for the worker.
    ///
    /// A module to which this step adds its export is checked more strictly, and may fail.
    ///
    /// - Returns: every input with its outcome, in their order.
    func finish(_ inspection: Inspection) async throws -> [(ModuleInput, ModuleResult)] {
        var inspection = inspection
        var rounds = ToolRounds(inspection.inspected) { $0.source.text.utf8.count }
        while let batch = rounds.next() {
            var files = runtime
            for one in batch {
                files[one.input.file] = one.source.text
                files[one.input.entry] = one.input.entryCode
            }
            let outcome = try await esbuild.run(
                Self.finishArguments + batch.map(\.input.entry), on: files)
            switch outcome {
            case .died(let death):
                if let one = rounds.split(batch) {
                    condemn(one.input, because: death, in: &inspection)
                }
            case .report(let run) where run.succeeded:
                try run.checkInputs(files.keys)
                for one in batch { try complete(one, from: run, in: &inspection) }
            case .report(let run):
                let sources = Dictionary(
                    batch.map { ($0.input.file, $0.source) }, uniquingKeysWith: { $1 })
                for (input, faults) in try explain(
                    run.messages, in: batch.map(\.input), sources: sources)
                {
                    fail(input, with: faults, in: &inspection)
                }
                rounds.add(batch.filter { inspection.results[$0.input.file] == nil })
            }
        }
        return inspection.inputs.compactMap { input in
            inspection.results[input.file].map { (input, $0) }
        }
    }

    private func complete(
        _ one: Inspected, from run: Esbuild.Result, in inspection: inout Inspection
    ) throws {
        let code = try Self.code(of: one, in: run)
        let count = code.serverCode.utf8.count
        guard count <= SourceLimits.compiledSize else {
            let fault = Diagnostic(
                .contentTooLarge,
                "the compiled code has \(count) bytes; \(SourceLimits.compiledSize) is the limit",
                at: one.input.location, hint: "nested blocks and labels make it grow")
            return fail(one.input, with: [fault], in: &inspection)
        }
        let result = ModuleResult.compiled(code)
        cache.keep(result, for: key(of: one.input))
        inspection.results[one.input.file] = result
    }

    /// Another run of the tool may have more time or memory, so the outcome is not kept on disk.
    private func condemn(
        _ input: ModuleInput, because death: ToolDeath, in inspection: inout Inspection
    ) {
        let fault = death.diagnostic(of: "esbuild", over: "the code", at: input.location)
        let result = ModuleResult.faulty([fault])
        cache.keep(result, for: key(of: input), onDisk: false)
        inspection.results[input.file] = result
    }

    private func fail(
        _ input: ModuleInput, with faults: [Diagnostic], in inspection: inout Inspection
    ) {
        let result = ModuleResult.faulty(faults)
        cache.keep(result, for: key(of: input))
        inspection.results[input.file] = result
    }

    /// Checks the imports and exports of a module that parses.
    private func examine(
        _ input: ModuleInput, source: ComponentSource, in run: Esbuild.Result
    ) throws(Diagnostic) -> Result<Inspected, Diagnostic> {
        if let fault = forbiddenImport(of: input, in: run) { return .failure(fault) }
        if run.metafile?.inputs[input.file]?.format == "cjs" {
            return .failure(
                Diagnostic(
                    .noComponentFound, "the code is a CommonJS module, which exports no component",
                    at: input.location,
                    hint: "write 'export default …' in place of 'module.exports = …'"))
        }
        let output = try run.text(input.output)
        let marker = output.firstUTF8Range(of: "// \(input.file)\n")
        let code = CompiledJavaScript(output[(marker?.upperBound ?? output.startIndex)...])
        var inspected = Inspected(input: input, source: source, code: code)
        let exports = run.metafile?.outputs["\(Esbuild.outputFolder)/\(input.output)"]?.exports
        inspected.warnings = unusedImports(of: input, in: run)
        inspected.hasBehaviour = exports?.contains(BehaviourBundler.export) == true
        if let fault = Self.browserFault(of: inspected, in: output[...]) { return .failure(fault) }
        inspected.warnings += [Self.evaluatorWarning(of: inspected, in: output[...])]
            .compactMap(\.self)
        if exports?.contains("default") == true { return .success(inspected) }
        guard
            let name = ComponentSource.defaultExport(
                key: input.key, candidates: code.candidates)
        else {
            return .failure(
                Diagnostic(
                    .noComponentFound, "the code declares no component", at: input.location,
                    hint: "declare 'function \(Component.pascalCase(input.key))(props) { … }'"))
        }
        inspected.addedExport = name
        inspected.source.addDefaultExport(name)
        return .success(inspected)
    }

    /// Returns the errors that would occur only in the browser.
    private static func browserFault(of one: Inspected, in output: Substring) -> Diagnostic? {
        let location = one.input.location
        if one.code.hasComputedImport {
            return Diagnostic(
                .importNotAllowed, "the code calls import() with a computed name",
                at: location, hint: "there is no module to load: write the code into the component")
        }
        guard one.hasBehaviour else { return nil }
        let export = BehaviourBundler.export
        if let kind = CompiledJavaScript.kind(ofExport: export, in: output) {
            return Diagnostic(
                .noComponentFound, "'\(export)' is \(kind), and the browser calls it as a function",
                at: location, hint: "write 'export function \(export)() { … }', or leave it out")
        }
        return nil
    }

    /// Returns a warning about code that is made from text, which browsers refuse to run.
    ///
    /// Not an error, because only the server may run that part of the code.
    private static func evaluatorWarning(of one: Inspected, in output: Substring) -> Diagnostic? {
        guard one.hasBehaviour, let evaluator = CompiledJavaScript.evaluator(in: output) else {
            return nil
        }
        return Diagnostic(
            .refusedByPolicy,
            "the code with '\(BehaviourBundler.export)' calls \(evaluator), which browsers refuse",
            at: one.input.location,
            hint:
                "the content security policy allows the site's own scripts and no code from texts",
            severity: .warning)
    }

    private static func code(
        of one: Inspected, in run: Esbuild.Result
    ) throws(Diagnostic) -> CompiledCode {
        CompiledCode(
            serverCode: try run.text(one.input.output),
            sourceMap: SourceMap(
                json: try run.text(one.input.output + ".map"),
                firstLineShift: one.source.firstLineShift) ?? .empty,
            addedExport: one.addedExport, blanks: one.source.blanks,
            needsBrowser: one.code.needsBrowser, hasBehaviour: one.hasBehaviour,
            context: one.code.context, mayListPages: one.code.mayListPages, warnings: one.warnings)
    }

    /// Returns the errors of each input that has any, in the order of their places.
    ///
    /// - Throws: when no error is in one of the inputs.
    private func explain(
        _ messages: [Esbuild.Message], in inputs: [ModuleInput],
        sources: [String: ComponentSource]
    ) throws(Diagnostic) -> [(ModuleInput, [Diagnostic])] {
        let errors = Dictionary(grouping: messages.filter(\.isError), by: \.file)
        let faults = inputs.compactMap { input -> (ModuleInput, [Diagnostic])? in
            guard let own = errors[input.file], let source = sources[input.file] else {
                return nil
            }
            return (input, source.diagnostics(of: own, at: input.location))
        }
        guard faults.isEmpty else { return faults }
        throw Esbuild.failure(messages)
    }
}
