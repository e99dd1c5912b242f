import Chat
import CommandLine
import Content
import Core
import FoundationEssentials
import HTTP
import LanguageModels
import SiteModel
import System

/// A chat server as a service: it stops on signals and reports its state to the service manager.
struct ChatProcess {
    let configuration: ChatConfiguration
    let manager: ServiceManager
    let console: Console

    /// Serves until a signal asks to stop; running answers are completed first.
    func run(metricsPort: Int?) async throws {
        let (manager, console) = (manager, console)
        let service = ChatService(configuration) { event in
            Self.show(event, on: console)
        }
        let nodes = configuration.sites.map(\.node).joined(separator: ", ")
        try await TerminationSignals.cancelling {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await service.run { address in
                        console.output.writeLine("answering for \(nodes) at \(address)/")
                        // A lost message is replaced by the next one.
                        try? manager.ready(status: "answering for \(nodes)")
                        releaseCodePages()
                    }
                }
                group.addTask { await manager.keepWatchdogFed() }
                if let metricsPort {
                    group.addTask {
                        try await MetricsServer(port: metricsPort) { service.metricsText }.run()
                    }
                }
                // The first error ends the others, such as a port that is taken.
                for try await _ in group {}
            }
        }
        try? manager.stopping()
    }

    static func show(_ event: ChatEvent, on console: Console) {
        switch event {
        case .index(let node, let words): console.errors.writeLine("\(node): \(words)")
        case .answerLost(let message, let diagnostic):
            console.errors.writeLine("the answer \(message) is lost: \(diagnostic.message)")
        case .failed(let node, let diagnostic):
            console.errors.writeLine(
                (node.map { "\($0): " } ?? "") + diagnostic.message
                    + (diagnostic.hint.map { " (\($0))" } ?? ""))
        }
    }
}

extension Project {
    /// Returns the configuration of a chat server for these nodes.
    ///
    /// - Parameter limits: limits from the command line; those of `ROBBIEBLOCKS_CHAT_LIMITS`, a
    ///   list separated by spaces, are applied before them.
    /// - Throws: `.unknownNode` for a node that does not exist.
    func chat(
        nodes: [String], output: String, limits: [String] = []
    ) async throws -> ChatConfiguration {
        let database = try database()
        let known = try await ContentStore.nodes(of: database)
        var sites: [ChatConfiguration.Site] = []
        for name in nodes where !sites.contains(where: { $0.node == name }) {
            guard let node = known.first(where: { $0.id == name }) else {
                throw Diagnostic(
                    .unknownNode, "there is no node '\(name)'\(Project.namedPlace)",
                    hint: suggestion(for: name, among: known.map(\.id)))
            }
            sites.append(.init(node: node.id, name: node.name))
        }
        let environment = ProcessInfo.processInfo.environment
        let secrets = try ChatSecrets.find(environment: environment) {
            try Directory(root.path + "/.robbieblocks", creating: true)
        }
        var configuration = ChatConfiguration(
            sites: sites, database: database, output: output, secrets: secrets,
            keys: ModelKeys(environment: environment))
        configuration.adminToken = try AccessToken.find("ROBBIEBLOCKS_ADMIN_TOKEN", in: environment)
        configuration.apiKeys = try ["ROBBIEBLOCKS_API_KEY", "ROBBIEBLOCKS_API_KEY_PREVIOUS"]
            .compactMap { try AccessToken.find($0, in: environment) }
        let named =
            environment["ROBBIEBLOCKS_CHAT_LIMITS"]?.replacingUTF8(",", with: " ")
            .splitUTF8(separator: " ") ?? []
        for limit in named.map(String.init) + limits { try configuration.limits.set(limit) }
        return configuration
    }
}
