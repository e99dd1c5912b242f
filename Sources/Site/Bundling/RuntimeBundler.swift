import Core

/// Builds the scripts that render workers load: one with React's production build, and one with its
/// development build, whose error messages are written in words.
struct RuntimeBundler {
    let esbuild: Esbuild
    let cache: BundleCache
    /// The engine's own JavaScript, by path below the working folder.
    let runtime: [String: String]

    struct Script: Sendable {
        var code: String
        var packages: [PackageFile]
    }

    enum ReactBuild: String { case production, development }

    private static func arguments(_ build: ReactBuild) -> [String] {
        commonArguments + ["--define:process.env.NODE_ENV=\"\(build.rawValue)\""]
    }

    private static let commonArguments = [
        "runtime/server.js", "--bundle", "--format=iife", "--global-name=robbieblocks", "--minify",
        "--legal-comments=none", "--alias:robbieblocks=./runtime", "--metafile=\(Esbuild.metafile)",
    ]

    /// - Throws: a diagnostic when a package is not installed.
    func code(_ build: ReactBuild) async throws -> String {
        let arguments = Self.arguments(build)
        var stepKey = StepKey("runtime", esbuild: esbuild, arguments: arguments)
        stepKey.add(files: runtime)
        let key = stepKey.digest()
        if let known = cache.result(Script.self, for: key) { return known.code }
        let run = try await esbuild.runOwn(arguments, on: runtime)
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
