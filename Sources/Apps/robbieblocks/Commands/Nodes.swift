import CommandLine
import Content
import Core
import SiteModel

/// `robbieblocks nodes`: lists the sites.
enum Nodes {
    private struct Line: Encodable {
        var node: String
        var name: String
        var theme: String
        var apps: [String]
        var baseURL: String?
    }

    static func command(_ console: Console) -> Command {
        Command(
            "nodes", summary: "List the nodes", options: [Option.json],
            examples: [.init("robbieblocks nodes", "every branded site")]
        ) { invocation in
            let project = try Project.find()
            let nodes = try await ContentStore.nodes(
                of: try project.database(notingOn: console, isSilent: invocation[.json]))
            if invocation[.json] {
                let lines = nodes.map {
                    Line(
                        node: $0.id, name: $0.name, theme: $0.theme ?? "dark", apps: apps(of: $0),
                        baseURL: $0.baseURL)
                }
                try console.output.write(json: lines)
                return .success
            }
            let width = nodes.map(\.id.count).max() ?? 0
            for node in nodes {
                let padding = String(repeating: " ", count: width - node.id.count)
                console.output.writeLine(
                    "\(console.output.styled(node.id, .bold))\(padding)  \(node.name), "
                        + "\(node.theme ?? "dark"), apps: \(apps(of: node).joined(separator: ", "))"
                )
            }
            return .success
        }
    }

    /// Returns the apps whose pages the node builds, in the order of its row.
    private static func apps(of node: Node) -> [String] {
        node.enabledApps.contains("shared") ? node.enabledApps : node.enabledApps + ["shared"]
    }
}
