import CommandLine
import Core
import Operations
import System

/// `robbieblocks systemd`: prints the unit of the service that keeps nodes live in production.
enum Systemd {
    private static let user = Option.text(
        "user", "USER", default: "robbieblocks",
        help: "the user that runs it and owns the output folder")
    private static let environment = Option.text(
        "environment-file", "FILE", kind: .file, default: "/etc/robbieblocks.env",
        help: "the file that holds DATABASE_URL")
    private static let chat = Option.flag("chat", help: "print the unit of the chat service")
    private static let socket = Option.flag(
        "socket", help: "with --chat: print the unit that keeps its port open during a restart")
    private static let port = Option.integer(
        "port", "PORT", in: 1...65535, default: 8000,
        help: "with --chat: the port that it listens on")

    static func command(_ console: Console) -> Command {
        Command(
            "systemd", summary: "Print the systemd unit that keeps nodes live",
            discussion: """
                The text is a whole unit, for a file of its own in /etc/systemd/system; its first \
                lines say how to install it. It runs 'robbieblocks watch' as a user of its own, \
                restarts it when it fails or hangs, and lets it write nothing but its output. With \
                --chat it runs 'robbieblocks chat', to which the block of 'robbieblocks nginx \
                --chat-port PORT' leads.
                """,
            options: [
                CommonOptions.nodes, CommonOptions.all, chat, socket, port, CommonOptions.output,
                user, environment, CommonOptions.metricsPort,
            ],
            examples: [
                .init(
                    "robbieblocks systemd --node testpilot --output /srv/sites",
                    "for /etc/systemd/system/robbieblocks-testpilot.service"),
                .init(
                    "robbieblocks systemd --all --metrics 9464",
                    "for robbieblocks.service: every node"),
                .init(
                    "robbieblocks systemd --chat --node testpilot",
                    "for /etc/systemd/system/robbieblocks-chat-testpilot.service"),
                .init(
                    "robbieblocks systemd --chat --socket --node testpilot",
                    "for /etc/systemd/system/robbieblocks-chat-testpilot.socket"),
            ]
        ) { invocation in
            let unit = try SystemdUnit(
                invocation[chat] ? .chat(port: invocation[port]) : .watch,
                nodes: invocation.namedNodes().map { .named($0) } ?? .all,
                program: executablePath(), project: Project.find().root.path,
                output: invocation.absoluteOutputFolder(), user: invocation[user],
                environmentFile: absolute(invocation[environment]),
                metricsPort: invocation[CommonOptions.metricsPort])
            guard !invocation[socket] || unit.socketText != nil else {
                throw invocation.usageError("--socket needs --chat", hint: "add --chat")
            }
            let text = invocation[socket] ? unit.socketText : unit.text
            console.output.write(text ?? "")
            return .success
        }
    }

    private static func absolute(_ path: String) -> String {
        path.hasUTF8Prefix("/") ? path : workingFolder() + "/" + path
    }
}
