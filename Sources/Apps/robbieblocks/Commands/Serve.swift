import Chat
import CommandLine
import Core
import HTTP
import Operations
import System

/// `robbieblocks serve`: serves a published site on this machine, as nginx would.
enum Serve {
    static func command(_ console: Console) -> Command {
        Command(
            "serve", summary: "Serve a built site on this machine for a preview",
            discussion: """
                Serves DIR/NODE/current with the headers that nginx would send, and answers visitors \
                as 'robbieblocks chat' does, for requests to 127.0.0.1, localhost and [::1]. A build \
                that is published meanwhile is served at once. Ctrl-C ends it.
                """,
            options: [CommonOptions.node, PreviewPort.option, CommonOptions.output],
            examples: [.init("robbieblocks serve --node testpilot", "on http://127.0.0.1:8080")]
        ) { invocation in
            let output = try invocation.outputFolder()
            let folder = "\(output)/\(invocation[CommonOptions.node])"
            guard let site = try? Directory(folder), site.target(ofLink: "current") != nil else {
                throw await Diagnostic.notBuilt(invocation[CommonOptions.node], in: output)
            }
            var fields = HTTPFields()
            for header in SecurityHeaders.standard.all { fields[header.name] = header.value }
            let files = StaticSite(root: folder + "/current", fields: fields)
            let chat = await PreviewChat.make(
                for: invocation[CommonOptions.node], output: output, console: console)
            var configuration = chat?.serverConfiguration ?? HTTPServerConfiguration()
            let port = PreviewPort(invocation)
            (configuration.port, configuration.sparePorts) = (port.wanted, port.spares)
            let pages = HTTPServer.forThisMachine { files.respond(to: $0) }
            let server =
                if let chat {
                    HTTPServer(configuration, service: chat.http.forThisMachine, handler: pages)
                } else {
                    HTTPServer(configuration, handler: pages)
                }
            try await TerminationSignals.cancelling {
                try await PreviewChat.run(chat) { () async throws(Diagnostic) in
                    try await server.run { address in
                        port.announce(invocation[CommonOptions.node], at: address, on: console)
                    }
                }
            }
            return .success
        }
    }
}
