import CommandLine
import Core

/// The options that several commands share, declared once: name, help text, completion and default.
///
/// `Invocation` reads what belongs together: see `namedNodes()`, `outputFolder()` and
/// `compresses`.
enum CommonOptions {
    /// The node of a command about one node.
    static let node = Option.required(
        "node", "NODE", kind: .name, candidates: .nodes, help: "the node")
    /// The nodes of a command about several.
    static let nodes = nodes(help: "a node of the database")
    static let all = Option.flag("all", help: "every node of the database")
    static let output = Option.text(
        "output", "DIR", kind: .directory, default: defaultOutputFolder,
        help: "the folder that holds a folder for each node; by default that of the project")
    static let compression = Option.choice(
        "compression", "on|off", default: Switch.on, help: "write .gz and .br beside text files")
    static let keptReleases = Option.integer(
        "keep", "N", in: 2...1000, default: 10,
        help: "releases that can be rolled back to, and whose assets stay")
    static let metricsPort = Option.integer(
        "metrics", "PORT", in: 1...65535, help: "serve Prometheus metrics on this loopback port")

    enum Switch: String, CaseIterable { case on, off }

    /// The group of a command that works on some nodes or on all of them.
    static let nodeSelection: [any CommandOption] = [nodes, all, output]
    /// The group of a command that reports about the published site of one node.
    static let publishedSite: [any CommandOption] = [node, output, Option.json]

    /// `--node`, which can be repeated, for a command that uses the nodes in its own way.
    static func nodes(help: String) -> Option<[String]> {
        .repeated("node", "NODE", kind: .name, candidates: .nodes, help: help)
    }

    /// `--drafts`, with the effect that it has on the command.
    static func drafts(help: String) -> Option<Bool> { .flag("drafts", help: help) }
}

extension Invocation {
    /// Whether compressed files are written beside text files.
    var compresses: Bool { self[CommonOptions.compression] == .on }
}
