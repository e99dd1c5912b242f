import Chat
import CommandLine
import Content
import Core
import FoundationEssentials
import LanguageModels
import SiteModel
import System

/// `robbieblocks chat`: answers the visitors of published sites.
enum ChatCommand {
    private static let nodes = CommonOptions.nodes(help: "a node to answer for")
    private static let port = Option.integer(
        "port", "PORT", in: 0...65535, default: 8000,
        help: "the loopback port to listen on; 0 is any free port")
    private static let limit = Option.repeated(
        "limit", "NAME=N", candidates: .limits,
        help: "raise or lower a limit, such as answers-per-address=64")
    private static let keptDays = Option.integer(
        "keep-days", "DAYS", in: 0...36_500, default: 365,
        help: "delete conversations this many days after the visitor's last visit; 0 keeps them")
    private static let check = Option.flag(
        "check", help: "ask every configured model one question, report problems, and exit")

    private static let settings = CeilingLimits().settings.joined(separator: ", ")

    static func command(_ console: Console) -> Command {
        Command(
            "chat", summary: "Answer the visitors of published sites",
            discussion: """
                Serves /api, /v1 and /ws for a proxy that names the node (see: robbieblocks nginx). \
                Answers come from the node's published pages and the models of its rows in \
                ai_model_chain; without a model, answers quote the pages. Ends cleanly on SIGTERM and \
                Ctrl-C, after the answers in progress.

                The limits and their defaults: \(settings). \
                Limits of requests and questions are per minute, and half of them may come at \
                once; limits of answers and sockets apply at one time.
                """,
            options: [
                nodes, port, CommonOptions.output, CommonOptions.metricsPort, limit, keptDays,
                check,
            ],
            examples: [
                .init("robbieblocks chat --node testpilot", "on http://127.0.0.1:8000"),
                .init(
                    "robbieblocks chat --node testpilot --node aurora-town-local --metrics 9465",
                    "two nodes, with metrics"),
                .init("robbieblocks chat --node testpilot --check", "checks its models"),
            ]
        ) { invocation in
            limitMemoryPools(to: 1)
            let sockets = HandedSockets.takeFromEnvironment()
            guard sockets.count <= 1 else {
                throw Diagnostic(
                    .usage,
                    "the service manager handed over \(sockets.count) sockets, and chat listens on one",
                    hint: "leave one ListenStream= in the socket unit")
            }
            let names = invocation[nodes]
            guard !names.isEmpty else {
                throw invocation.usageError("no node is given", hint: "give --node NODE")
            }
            let project = try Project.find()
            var configuration = try await project.chat(
                nodes: names, output: try invocation.outputFolder(), limits: invocation[limit])
            if invocation[check] { return try await showCheck(of: configuration, on: console) }
            configuration.port = invocation[port]
            configuration.handedSocket = sockets.first
            configuration.keptDays = invocation[keptDays] > 0 ? invocation[keptDays] : nil
            let process = ChatProcess(
                configuration: configuration, manager: ServiceManager.takeFromEnvironment(),
                console: console)
            try await process.run(metricsPort: invocation[CommonOptions.metricsPort])
            return .success
        }
    }

    /// Prints for every model whether it answers.
    private static func showCheck(
        of configuration: ChatConfiguration, on console: Console
    ) async throws -> ExitCode {
        let findings = try await ModelCheck.run(configuration)
        if findings.isEmpty {
            console.output.writeLine("no model is configured: answers quote the pages")
        }
        for finding in findings {
            let nodes = finding.nodes.joined(separator: ", ")
            if let fault = finding.fault {
                console.output.writeLine(
                    "failed  \(nodes): \(finding.subject): \(fault.message)"
                        + (fault.hint.map { " (\($0))" } ?? ""))
            } else {
                let what = finding.dimensions.map { "a vector of \($0) numbers" } ?? "an answer"
                console.output.writeLine(
                    "ok      \(nodes): \(finding.subject): \(what) "
                        + "after \(finding.milliseconds) ms")
            }
        }
        let failed = findings.count { $0.fault != nil }
        guard failed > 0 else { return .success }
        throw Diagnostic(
            .toolFailed, "\(failed) of \(findings.count) models cannot be used",
            hint: "fix their rows in ai_model_chain, or their keys in the environment")
    }
}
