import Diagnostics
import SystemSupport
import UTF8Text

/// Minifies a node's `custom_scripts`: a module of its own, which imports nothing.
struct ScriptBundler {
    let esbuild: Esbuild
    let cache: BundleCache

    /// The finished script, or none, and what is wrong with it.
    struct Script: Sendable {
        var bytes: [UInt8]?
        var diagnostics: [Diagnostic] = []
    }

    private static let file = "scripts/custom.js"
    private static let arguments = [
        file, "--bundle", "--external:*", "--format=esm", "--minify",
        "--metafile=\(Esbuild.metafile)",
    ]

    func bundle(
        _ code: String, node: String
    ) async throws -> (script: Script, work: BundlingWork.Tally) {
        guard !code.isBlank else { return (Script(), .init()) }
        var stepKey = StepKey("script", esbuild: esbuild, arguments: Self.arguments)
        stepKey.add(node)
        stepKey.add(code)
        let key = stepKey.digest()
        if let known = cache.result(Script.self, for: key) { return (known, .init(reused: 1)) }
        let location = Diagnostic.Location(node: node, field: "custom_scripts")
        if let fault = SourceLimits.fault(in: code, name: "the script", at: location) {
            return (Script(diagnostics: [fault]), .init(made: 1))
        }
        switch try await esbuild.run(Self.arguments, on: [Self.file: code]) {
        case .report(let run):
            let script = try Self.script(from: run, location: location)
            cache.keep(script, for: key)
            return (script, .init(made: 1))
        case .died(let death):
            let fault = death.diagnostic(of: "esbuild", over: "the script", at: location)
            let script = Script(diagnostics: [fault])
            cache.keep(script, for: key, onDisk: false)
            return (script, .init(made: 1))
        }
    }

    private static func script(
        from run: Esbuild.Result, location: Diagnostic.Location
    ) throws(Diagnostic) -> Script {
        guard run.succeeded else {
            let faults = run.messages.filter(\.isError).sorted().map { message in
                var place = location
                place.line = message.line
                place.column = message.column
                return Diagnostic(
                    .syntaxError, message.text, at: place,
                    hint: "custom_scripts is JavaScript, without <script> around it")
            }
            return Script(diagnostics: faults)
        }
        if let path = run.metafile?.inputs[file]?.imports.first?.path {
            return Script(diagnostics: [
                Diagnostic(
                    .importNotAllowed, "a node's scripts cannot import '\(path)'", at: location,
                    hint: "put the code itself into custom_scripts")
            ])
        }
        return Script(bytes: Array(try run.text("custom.js").utf8))
    }
}

extension ScriptBundler.Script: StepResult {
    func write(to record: inout RecordWriter) throws {
        record.write(bytes != nil)
        record.write(bytes ?? [])
        try record.write(diagnostics)
    }

    init(from record: inout RecordReader) throws {
        let exists = try record.flag()
        let field = try record.field()
        bytes = exists ? field : nil
        diagnostics = try record.diagnostics()
    }
}
