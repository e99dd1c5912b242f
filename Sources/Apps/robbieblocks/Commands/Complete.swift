import Bundling
import Chat
import CommandLine
import Content
import Core
import Publishing
import SiteModel
import System

/// `robbieblocks complete KIND [PREFIX]`: prints completions for the scripts of `completions`.
///
/// The user is waiting after pressing Tab: it takes a second at most, starts no server, reports no
/// errors, and prints only words that need no quoting in a shell.
enum Complete {
    private static let kind = Argument.required(
        "KIND", kind: .choice(Candidates.allCases.map(\.rawValue)), help: "what to print")
    private static let prefix = Argument.optional("PREFIX", help: "how the words begin")
    private static let node = Option.text("node", "NODE", help: "the node")
    private static let seconds = 1
    /// The most sites read for one completion.
    private static let nodeLimit = 8
    /// The most candidates printed: a longer list does not help in a shell.
    private static let limit = 2000

    static func command(_ console: Console) -> Command {
        var command = Command(
            Candidates.command, summary: "Print candidates for shell completion",
            options: [node, CommonOptions.output], arguments: [kind, prefix]
        ) { invocation in
            endSilently(afterSeconds: seconds)
            guard let kind = Candidates(rawValue: invocation[kind]) else { return .success }
            let words = (try? await words(kind, invocation)) ?? []
            let prefix = invocation[prefix] ?? ""
            for word in words.filter({ $0.hasUTF8Prefix(prefix) && isPlain($0) }).prefix(limit) {
                console.output.writeLine(word)
            }
            return .success
        }
        command.isHidden = true
        return command
    }

    private static func words(
        _ kind: Candidates, _ invocation: Invocation
    ) async throws -> [String] {
        switch kind {
        case .nodes:
            guard let database = try Project.find().runningDatabase else { return [] }
            return try await ContentStore.nodeIDs(of: database).sorted()
        case .apps:
            guard let database = try Project.find().runningDatabase else { return [] }
            let nodes = try await ContentStore.nodes(of: database)
            return Set(nodes.flatMap(\.enabledApps) + ["shared"]).sorted()
        case .layouts: return try TemplateLibrary(root: Project.find().root).layouts.keys.sorted()
        case .limits: return CeilingLimits().settings
        case .releases:
            // Release numbers of several nodes together would be misleading.
            let names = try builtNodes(invocation)
            guard names.count == 1 else { return [] }
            return try await invocation.publishedSite(of: names[0]).releases().map {
                "\($0.number)"
            }
        case .routes:
            var routes: Set<String> = []
            for node in try builtNodes(invocation) {
                let site = try await invocation.publishedSite(of: node)
                routes.formUnion(
                    try site.state().pages.values.map { PageSearch.route(ofFile: $0.file) })
            }
            return routes.sorted()
        }
    }

    /// Returns the node in the call; if none is given yet, the nodes with sites in the output
    /// folder.
    private static func builtNodes(_ invocation: Invocation) throws -> [String] {
        if let node = invocation[node] { return node.isPlainName ? [node] : [] }
        let output = try invocation.outputFolder()
        let names = try Directory(output).names().filter { name in
            name.isPlainName
                && (try? Directory("\(output)/\(name)"))?.target(ofLink: "current") != nil
        }
        return Array(names.prefix(nodeLimit))
    }

    /// Whether the word needs no quoting in a shell: rows may hold any text.
    private static func isPlain(_ word: String) -> Bool {
        // Any other character may also be a control character, which a terminal would obey.
        !word.hasUTF8Prefix("-") && word.isUTF8Equal(to: word.printable)
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "="), 0x80...:
                    true
                default: false
                }
            }
    }
}
