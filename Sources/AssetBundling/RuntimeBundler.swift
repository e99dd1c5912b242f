import Diagnostics

/// Makes the script that render workers load before anything else.
struct RuntimeBundler {
    let esbuild: Esbuild
    let cache: BundleCache
    /// The engine's own JavaScript, by path below the working folder.
    let runtime: [String: String]

    struct Script: Sendable {
        var code: String
        var packages: [PackageFile]
    }

    private static let arguments = [
        "runtime/server.js", "--bundle", "--format=iife", "--global-name=robbieblocks", "--minify",
        "--legal-comments=none", "--define:process.env.NODE_ENV=\"production\"",
        "--alias:robbieblocks=./runtime", "--metafile=\(Esbuild.metafile)",
    ]

    /// - Throws: a diagnostic when a package is not installed.
    func code() async throws -> String {
        var stepKey = StepKey("runtime", esbuild: esbuild, arguments: Self.arguments)
        stepKey.add(files: runtime)
        let key = stepKey.digest()
        if let known = cache.result(Script.self, for: key) { return known.code }
        let run = try await esbuild.runOwn(Self.arguments, on: runtime)
        guard run.succeeded, let metafile = run.metafile else {
            throw Diagnostic(
                .toolMissing,
                "React cannot be bundled: \(run.messages.first(where: \.isError)?.text ?? "")",
                hint: "install node-react and node-react-dom: run scripts/setup")
        }
        let script = Script(
            code: try run.text("server.js"), packages: PackageFile.among(metafile.inputs.keys))
        cache.keep(script, for: key)
        return script.code
    }
}

extension RuntimeBundler.Script: StepResult {
    func write(to record: inout RecordWriter) {
        record.write(code)
        record.write(packages)
    }

    init(from record: inout RecordReader) throws {
        code = try record.text()
        packages = try record.packageFiles()
    }
}
