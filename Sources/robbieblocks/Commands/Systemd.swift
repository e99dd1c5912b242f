import CommandLineParsing
import Deployment
import Diagnostics
import SystemSupport

/// `robbieblocks systemd`: the service that keeps nodes live in production.
enum Systemd {
    private static let node = Option.repeated(
        "node", "NODE", help: "a node to watch; may be given several times")
    private static let all = Option.flag("all", help: "watch every node")
    private static let user = Option.text(
        "user", "USER", default: "robbieblocks", help: "who runs it, and owns the output folder")
    private static let environment = Option.text(
        "environment-file", "FILE", kind: .file, default: "/etc/robbieblocks.env",
        help: "the file that holds DATABASE_URL")
    private static let metrics = Option.integer(
        "metrics", "PORT", in: 1...65535, help: "serve Prometheus metrics on this loopback port")

    static func command(_ console: Console) -> Command {
        Command(
            "systemd", summary: "Print the systemd unit that keeps nodes live",
            discussion: """
                The text is a whole unit, for a file of its own in /etc/systemd/system; its first \
                lines say how to install it. It runs 'robbieblocks watch' as a user of its own, \
                starts it anew when it fails or hangs, and lets it write nothing but its output.
                """,
            options: [node, all, Build.output, user, environment, metrics],
            examples: [
                .init(
                    "robbieblocks systemd --node testpilot --output /srv/site-output",
                    "for /etc/systemd/system/robbieblocks-testpilot.service"),
                .init("robbieblocks systemd --all --metrics 9464", "one service for every node"),
            ]
        ) { invocation in
            guard invocation[all] != !invocation[node].isEmpty else {
                throw invocation.usageError(
                    invocation[all]
                        ? "--all and --node exclude each other" : "no node is given",
                    hint: invocation[all] ? nil : "give --node NODE or --all")
            }
            let unit = try SystemdUnit(
                nodes: invocation[all] ? .all : .named(invocation[node]),
                program: executablePath(), project: Project.find().root.path,
                output: absolute(invocation[Build.output]), user: invocation[user],
                environmentFile: absolute(invocation[environment]),
                metricsPort: invocation[metrics])
            console.output.write(unit.text)
            return .success
        }
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : workingFolder() + "/" + path
    }
}
