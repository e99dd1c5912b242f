import Core
import System

/// The esbuild program; each run has a folder of its own that contains only its input.
///
/// Paths in its input and output are relative to that folder, so the same input produces the same
/// bytes wherever the folder is.
struct Esbuild: Sendable {
    let executable: String
    /// Changes when another esbuild is installed.
    let identity: SHA256Digest
    private let limits: ToolLimits
    /// The parent of the working folders.
    private let temporaryFolder: String

    /// Read by the tool instead of any settings in a parent folder.
    private static let settings = #"{"compilerOptions":{"jsx":"react-jsx","target":"es2020"}}"#
    /// The folder for the tool's output, below the working folder.
    static let outputFolder = "out"
    static let metafile = "metafile.json"
    /// Arguments of every run: part of each step's key through the program's own identity.
    private static let commonArguments = [
        "--log-level=warning", "--log-limit=0", "--color=false", "--charset=utf8",
        "--tsconfig=tsconfig.json", "--preserve-symlinks",
        "--outdir=\(outputFolder)",
    ]

    init(
        executable: String, temporaryFolder: String = environmentVariable("TMPDIR") ?? "/tmp",
        limits: ToolLimits = ToolLimits()
    ) {
        self.limits = limits
        self.executable = executable
        self.temporaryFolder = temporaryFolder
        let status = FileStatus(path: executable)
        identity = SHA256Digest(
            hashing: "\(executable) \(status?.size ?? 0) \(status?.modified ?? 0)")
    }

    /// One message of the tool, placed in one of the input files.
    struct Message: Hashable, Sendable {
        var isError: Bool
        var text: String
        /// Relative to the working folder; nil when the message has no place.
        var file: String?
        /// 1-based.
        var line: Int?
        /// 1-based.
        var column: Int?

        /// Whether the tool could not write a file because of its resource limits.
        var isAboutOutputSize: Bool {
            file == nil && text.hasUTF8Prefix("Failed to write to output file")
                && text.hasUTF8Suffix("file too large")
        }
    }

    /// The result of a run.
    struct Result: Sendable {
        /// The tool's errors are listed here, not thrown.
        var messages: [Message]
        var succeeded: Bool
        /// Path below the output folder → bytes.
        var outputs: [String: [UInt8]]
        /// The metafile, if the arguments requested one.
        var metafile: Metafile?
        /// The working folder, which no longer exists.
        var folder: String

        /// Checks that the tool read only its input files and the installed packages.
        ///
        /// A row's disallowed imports are refused before any import is followed. This check catches
        /// a way around that before the files are published.
        func checkInputs(_ given: some Sequence<String>) throws(Diagnostic) {
            let known = Set(given)
            for path in metafile?.inputs.keys.sorted() ?? []
            where !known.contains(path) && !path.hasUTF8Prefix(PackageFile.link + "/") {
                throw Diagnostic(.toolFailed, "esbuild read '\(path)', which it was not given")
            }
        }

        func text(_ output: String) throws(Diagnostic) -> String {
            guard let bytes = outputs[output] else {
                throw Diagnostic(.toolFailed, "esbuild did not write '\(output)'")
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Runs the tool over `files`, path → text, without blocking the calling thread.
    func run(
        _ arguments: [String], on files: [String: String]
    ) async throws -> ToolOutcome<Result> {
        try await Workshop(below: temporaryFolder).run(
            executable: executable, arguments: arguments + Self.commonArguments,
            files: files.mapValues(Self.withoutSourceMapAddress)
                .merging(["tsconfig.json": Self.settings]) { $1 },
            limits: limits)
    }

    /// Removes the address of a source map from a text. The tool would open any file named by a
    /// comment `sourceMappingURL=…`, even a device that never ends or a pipe that never begins.
    private static func withoutSourceMapAddress(_ text: String) -> String {
        text.containsUTF8("sourceMappingURL=")
            ? text.replacingUTF8("sourceMappingURL=", with: "sourceMappingURL:") : text
    }

    /// Parses the tool's report: a line `✘ [ERROR] text`, then `    file:line:column:`.
    static func parse(_ report: String) -> [Message] {
        var messages: [Message] = []
        for line in report.splitUTF8(separator: "\n") {
            if let text = after("✘ [ERROR] ", in: line) {
                messages.append(Message(isError: true, text: text))
            } else if let text = after("▲ [WARNING] ", in: line) {
                messages.append(Message(isError: false, text: text))
            } else if let place = line.droppingUTF8Prefix("    ")?.droppingUTF8Suffix(":"),
                let last = messages.indices.last, messages[last].file == nil
            {
                let parts = place.splitUTF8(separator: ":")
                guard parts.count >= 3, let row = Int(parts[parts.count - 2]),
                    let column = Int(parts[parts.count - 1])
                else { continue }
                messages[last].file = parts.dropLast(2).joined(separator: ":")
                messages[last].line = row
                messages[last].column = column + 1
            }
        }
        return messages
    }

    /// Runs the tool over files of the project, which come from no row.
    func runOwn(_ arguments: [String], on files: [String: String]) async throws -> Result {
        switch try await run(arguments, on: files) {
        case .report(let result): return result
        case .died(let death): throw Self.failure(death)
        }
    }

    /// Returns the error to throw when the tool dies and no row is at fault.
    static func failure(_ death: ToolDeath) -> Diagnostic {
        Diagnostic(.toolFailed, "esbuild \(death)")
    }

    private static func after(_ prefix: String, in line: Substring) -> String? {
        line.droppingUTF8Prefix(prefix).map(String.init)
    }

    /// Returns the error to throw when the tool fails and the cause is in no row.
    static func failure(_ messages: [Message]) -> Diagnostic {
        let error = messages.first(where: \.isError)
        return Diagnostic(
            .toolFailed,
            "esbuild failed on '\(error?.file ?? "?")': \(error?.text ?? "no reason given")")
    }
}

/// Sorted by place, because the order of the tool's report depends on its threads.
extension Esbuild.Message: Comparable {
    static func < (left: Self, right: Self) -> Bool {
        (left.line ?? 0, left.column ?? 0, left.text)
            < (right.line ?? 0, right.column ?? 0, right.text)
    }
}
