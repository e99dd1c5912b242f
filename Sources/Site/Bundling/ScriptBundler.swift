import Core
import System

/// Minifies a node's `custom_scripts`: a module of its own, which imports nothing.
struct ScriptBundler {
    let esbuild: Esbuild
    let cache: BundleCache

    private static let file = "scripts/custom.js"
    private static let arguments = [
        file, "--bundle", "--external:*", "--format=esm", "--minify",
        "--metafile=\(Esbuild.metafile)",
    ]

    func bundle(
        _ code: String, node: String
    ) async throws -> (script: FinishedScript, work: BundlingWork.Tally) {
        guard !code.isBlank else { return (FinishedScript(), .init()) }
        var stepKey = StepKey("script", esbuild: esbuild, arguments: Self.arguments)
        stepKey.add(node)
        stepKey.add(code)
        let key = stepKey.digest()
        if let known = cache.result(FinishedScript.self, for: key) {
            return (known, .init(reused: 1))
        }
        let location = Diagnostic.Location(node: node, field: "custom_scripts")
        if let fault = SourceLimits.fault(in: code, name: "the script", at: location) {
            return (FinishedScript(diagnostics: [fault]), .init(made: 1))
        }
        switch try await esbuild.run(Self.arguments, on: [Self.file: code]) {
        case .report(let run):
            let script = try Self.script(from: run, location: location)
            cache.keep(script, for: key)
            return (script, .init(made: 1))
        case .died(let death):
            let fault = death.diagnostic(of: "esbuild", over: "the script", at: location)
            let script = FinishedScript(diagnostics: [fault])
            cache.keep(script, for: key, onDisk: false)
            return (script, .init(made: 1))
        }
    }

    private static func script(
        from run: Esbuild.Result, location: Diagnostic.Location
    ) throws(Diagnostic) -> FinishedScript {
        guard run.succeeded else {
            let faults = run.messages.filter(\.isError).sorted().map { message in
                var place = location
                place.line = message.line
                place.column = message.column
                return Diagnostic(
                    .syntaxError, message.text, at: place,
                    hint: "custom_scripts is JavaScript, without <script> around it")
            }
            return FinishedScript(diagnostics: faults)
        }
        if let path = run.metafile?.inputs[file]?.imports.first?.path {
            return FinishedScript(diagnostics: [
                Diagnostic(
                    .importNotAllowed, "a node's scripts cannot import '\(path)'", at: location,
                    hint: "put the code itself into custom_scripts")
            ])
        }
        return FinishedScript(bytes: Array(try run.text("custom.js").utf8))
    }
}
