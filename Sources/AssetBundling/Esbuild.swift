import Diagnostics
import FoundationEssentials
import SiteModel
import SystemSupport

/// The esbuild program, run in a folder of its own that holds nothing but its input.
///
/// Paths in its input and output are relative to that folder, so the same input gives the same
/// bytes wherever the folder is.
struct Esbuild {
    let executable: String
    let folder: Directory

    /// One message of the tool, placed in one of the input files.
    struct Message: Hashable {
        var isError: Bool
        var text: String
        /// Relative to the working folder; nil when the message has no place.
        var file: String?
        /// 1-based.
        var line: Int?
        /// 1-based.
        var column: Int?
    }

    /// Runs the tool; its errors are returned as messages, not thrown.
    func run(_ arguments: [String]) throws -> (succeeded: Bool, messages: [Message]) {
        let result = try ChildProcess.run(
            executable: executable,
            arguments: arguments + ["--log-limit=0", "--color=false", "--tsconfig=tsconfig.json"],
            environment: ["NODE_PATH": "/usr/share/nodejs", "PATH": "/usr/bin:/bin"],
            workingFolder: folder.path)
        let messages = Self.parse(String(decoding: result.error, as: UTF8.self))
        let succeeded = result.ending == .exited(0)
        if !succeeded && !messages.contains(where: \.isError) {
            let words = String(decoding: result.error.suffix(400), as: UTF8.self)
            throw Diagnostic(.toolFailed, "esbuild ended without a reason: \(words)")
        }
        return (succeeded, messages)
    }

    /// Reads the tool's report: a line `✘ [ERROR] text`, then `    file:line:column:`.
    static func parse(_ report: String) -> [Message] {
        var messages: [Message] = []
        for line in report.split(separator: "\n") {
            if let text = after("✘ [ERROR] ", in: line) {
                messages.append(Message(isError: true, text: text))
            } else if let text = after("▲ [WARNING] ", in: line) {
                messages.append(Message(isError: false, text: text))
            } else if line.hasPrefix("    "), line.hasSuffix(":"), let last = messages.indices.last,
                messages[last].file == nil
            {
                let parts = line.dropFirst(4).dropLast().split(separator: ":")
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

    private static func after(_ prefix: String, in line: Substring) -> String? {
        line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil
    }

    func metafile(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: String(decoding: try folder.read(name), as: UTF8.self))
    }
}
