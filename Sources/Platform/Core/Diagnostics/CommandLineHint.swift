/// A command for the same node and folder as the one that names it, to be pasted into a shell.
///
/// ```swift
/// commandLine("resume", node: "testpilot", output: "/srv/sites")
/// // robbieblocks resume --node testpilot --output /srv/sites
/// ```
///
/// - Parameters:
///   - options: what follows, such as `--force`.
///   - output: the folder that holds a folder for each node; left out when it is where every command
///     looks without `--output`.
public func commandLine(
    _ command: String, node: String, output: String, _ options: String = ""
) -> String {
    let folder = output == defaultOutputFolder ? "" : " --output \(shellQuoted(output))"
    let rest = options.isEmpty ? "" : " \(options)"
    return "robbieblocks \(command) --node \(shellQuoted(node))\(folder)\(rest)"
}

/// Where sites are when a command in the project's folder names no other place.
public let defaultOutputFolder = "site-output"

/// The text as one word of a shell.
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
    // In single quotes, only a single quote ends the word.
    let inner = text.utf8.flatMap { byte in
        byte == UInt8(ascii: "'") ? Array("'\\''".utf8) : [byte]
    }
    return "'" + String(decoding: inner, as: UTF8.self) + "'"
}
