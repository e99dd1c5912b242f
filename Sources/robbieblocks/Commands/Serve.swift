import CommandLineParsing
import Deployment
import Diagnostics
import SystemSupport
import WebServer

/// `robbieblocks serve`: a published site on this machine, as nginx would serve it.
enum Serve {
    private static let node = Option.required("node", "NODE", help: "the node")
    private static let port = Option.integer(
        "port", "PORT", in: 0...65535, default: 8080, help: "where to listen; 0 is any free port")

    static func command(_ console: Console) -> Command {
        Command(
            "serve", summary: "Serve a built site on this machine for a preview",
            discussion: """
                Serves DIR/NODE/current with the headers that nginx would send. A build that is \
                published meanwhile is served at once. Ctrl-C ends it.
                """,
            options: [node, port, Build.output],
            examples: [.init("robbieblocks serve --node testpilot", "on http://127.0.0.1:8080")]
        ) { invocation in
            let folder = "\(invocation[Build.output])/\(invocation[node])"
            guard let site = try? Directory(folder), site.target(ofLink: "current") != nil else {
                throw Diagnostic(
                    .nothingToPublish, "'\(folder)' holds no built site",
                    hint: "run: robbieblocks build --node \(invocation[node])")
            }
            var fields = HTTPFields()
            for header in SecurityHeaders.standard.all { fields[header.name] = header.value }
            let files = StaticSite(root: folder + "/current", fields: fields)
            let server = HTTPServer(.init(port: invocation[port])) { files.respond(to: $0) }
            try await TerminationSignals.cancelling {
                try await server.run { address in
                    console.output.writeLine("\(invocation[node]) is at \(address)/")
                }
            }
            return .success
        }
    }
}
