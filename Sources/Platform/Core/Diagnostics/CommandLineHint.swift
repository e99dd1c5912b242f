/// Returns a command for the given node and output folder, to be pasted into a shell.
///
/// ```swift
/// commandLine("resume", node: "testpilot", output: "/srv/sites")
/// // robbieblocks resume --node testpilot --output /srv/sites
/// ```
///
/// - Parameters:
///   - options: the options that follow, such as `--force`.
///   - output: the folder that holds a folder for each node; left out when it is the default of
///     `--output`.
public func commandLine(
    _ command: String, node: String, output: String, _ options: String = ""
) -> String {
    let folder = output == defaultOutputFolder ? "" : " --output \(shellQuoted(output))"
    let rest = options.isEmpty ? "" : " \(options)"
    return "robbieblocks \(command) --node \(shellQuoted(node))\(folder)\(rest)"
}

/// The output folder of commands that run in the project's folder without `--output`.
public let defaultOutputFolder = "site-output"

/// Returns the text quoted as one shell word.
private func shellQuoted(_ text: String) -> String {
    let isPlain =
        !text.isEmpty
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    guard !isPlain else { return text }
    // Within single quotes, only a single quote ends the word.
    let inner = text.utf8.flatMap { byte in
        byte == UInt8(ascii: "'") ? Array("'\\''".utf8) : [byte]
    }
    return "'" + String(decoding: inner, as: UTF8.self) + "'"
}
