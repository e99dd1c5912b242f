import Core
import System

/// Builds the small modules that enhance HTML in the browser, without React.
///
/// A component that exports a function `enhance` stays as the server rendered it; the browser calls
/// the function once, on each page that has the component. Only the function and the code it uses
/// go into the module, so that toggling a class costs some hundred bytes.
struct BehaviourBundler {
    let esbuild: Esbuild
    let cache: BundleCache
    /// The engine's own JavaScript, by path below the working folder.
    let runtime: [String: String]

    /// The export that marks a component with a behaviour.
    static let export = "enhance"

    /// The modules that were made, and the components for which that failed.
    struct Outcome: Sendable {
        /// Component key → its module.
        var modules: [String: Asset] = [:]
        var work = BundlingWork.Tally()
        /// The keys of components whose module could not be made.
        var failed: Set<String> = []
        var faults: [Diagnostic] = []
    }

    private static let arguments = [
        "--bundle", "--format=esm", "--minify", "--jsx=automatic", "--target=es2020",
        "--legal-comments=none", "--inject:./runtime/globals.js", "--alias:robbieblocks=./runtime",
        "--alias:react=./\(absentFolder)", "--alias:react-dom=./\(absentFolder)",
        "--define:process.env.NODE_ENV=\"production\"", "--metafile=\(Esbuild.metafile)",
    ]

    private static let absentFolder = "runtime/absent"

    /// Replaces React while the function is separated from the component around it: a module that
    /// still contains part of this uses React.
    private static let absentFiles: [String: String] = {
        let names = [
            "Children", "Component", "Fragment", "Profiler", "PureComponent", "StrictMode",
            "Suspense",
            "cloneElement", "createContext", "createElement", "createPortal", "createRef",
            "flushSync", "forwardRef", "isValidElement", "lazy", "memo", "startTransition",
            "useCallback", "useContext", "useDebugValue", "useDeferredValue", "useEffect", "useId",
            "useImperativeHandle", "useInsertionEffect", "useLayoutEffect", "useMemo",
            "useReducer", "useRef", "useState", "useSyncExternalStore", "useTransition", "version",
        ]
        func file(_ names: [String]) -> String {
            let exports = names.map { "absent as \($0)" }.joined(separator: ", ")
            return "const absent = () => {};\nexport { absent as default, \(exports) };\n"
        }
        return [
            absentFolder + "/index.js": file(names),
            absentFolder + "/jsx-runtime.js": file(["jsx", "jsxs", "Fragment"]),
        ]
    }()

    /// The tool's input file, below the working folder.
    private static func entry(of component: BrowserSource) -> String {
        "behaviours/\(output(of: component))"
    }

    /// The path below the output folder.
    private static func output(of component: BrowserSource) -> String {
        "\(FileStem(component.key)).js"
    }

    private func key(of component: BrowserSource) -> SHA256Digest {
        var key = StepKey("behaviour", esbuild: esbuild, arguments: Self.arguments)
        key.add(files: runtime)
        for part in [component.key, component.text, "\(component.location)"] { key.add(part) }
        return key.digest()
    }

    /// - Returns: the modules of all components without errors.
    func bundle(_ components: [BrowserSource]) async throws -> Outcome {
        var modules: [String: FinishedScript] = [:]
        var unknown: [BrowserSource] = []
        for component in components {
            if let module = cache.result(FinishedScript.self, for: key(of: component)) {
                modules[component.key] = module
            } else {
                unknown.append(component)
            }
        }
        let work = BundlingWork.Tally(
            made: unknown.count, reused: components.count - unknown.count)
        var rounds = ToolRounds(unknown) { $0.text.utf8.count }
        while let batch = rounds.next() {
            var files = runtime.merging(Self.absentFiles) { $1 }
            for component in batch {
                files[component.file] = component.text
                files[Self.entry(of: component)] = """
                    import { \(Self.export) } from "../\(component.file)";
                    \(Self.export)();
                    """
            }
            let arguments = Self.arguments + ["--outbase=behaviours"] + batch.map(Self.entry)
            switch try await esbuild.run(arguments, on: files) {
            case .died(let death):
                guard let component = rounds.split(batch) else { continue }
                let fault = death.diagnostic(
                    of: "esbuild", over: "the behaviour", at: component.location)
                let module = FinishedScript(diagnostics: [fault])
                cache.keep(module, for: key(of: component), onDisk: false)
                modules[component.key] = module
            case .report(let run) where run.succeeded:
                try run.checkInputs(files.keys)
                for component in batch {
                    let module = try Self.module(of: component, from: run)
                    cache.keep(module, for: key(of: component))
                    modules[component.key] = module
                }
            case .report(let run):
                let errors = Dictionary(
                    grouping: run.messages.filter(\.isError), by: \.file)
                let faulty = batch.filter { errors[$0.file] != nil }
                guard !faulty.isEmpty else { throw Esbuild.failure(run.messages) }
                for component in faulty {
                    let faults = component.source.diagnostics(
                        of: errors[component.file] ?? [], at: component.location)
                    let module = FinishedScript(diagnostics: faults)
                    cache.keep(module, for: key(of: component))
                    modules[component.key] = module
                }
                rounds.add(batch.filter { errors[$0.file] == nil })
            }
        }
        return Self.outcome(of: components, modules, work)
    }

    private static func outcome(
        of components: [BrowserSource], _ modules: [String: FinishedScript],
        _ work: BundlingWork.Tally
    ) -> Outcome {
        var outcome = Outcome(work: work)
        for component in components {
            guard let module = modules[component.key] else { continue }
            outcome.faults += module.diagnostics
            if let bytes = module.bytes {
                outcome.modules[component.key] = Asset(
                    hashed: component.key, extension: "js", bytes: bytes)
            } else {
                outcome.failed.insert(component.key)
            }
        }
        return outcome
    }

    private static func module(
        of component: BrowserSource, from run: Esbuild.Result
    ) throws(Diagnostic) -> FinishedScript {
        let output = run.metafile?.outputs["\(Esbuild.outputFolder)/\(output(of: component))"]
        let usesReact =
            output?.inputs.contains { path, part in
                absentFiles[path] != nil && part.bytesInOutput > 0
            } ?? false
        guard !usesReact else {
            return FinishedScript(diagnostics: [
                Diagnostic(
                    .importNotAllowed,
                    "the module of '\(export)' uses React, which the page does not load for it",
                    at: component.location,
                    hint:
                        "let '\(export)' change the page's elements themselves, without React, and "
                        + "call nothing of it beside functions, such as memo, forwardRef or "
                        + "createContext; or leave '\(export)' out")
            ])
        }
        return FinishedScript(bytes: Array(try run.text(Self.output(of: component)).utf8))
    }
}
