import CommandLine
import Core
import Operations
import System

/// `robbieblocks nginx`: prints the server block that serves a node in production.
enum Nginx {
    private static let domain = Option.required(
        "domain", "DOMAIN", help: "the host name of the site")
    private static let address = Option.text(
        "listen", "ADDRESS", help: "the address to listen on; all by default")
    private static let port = Option.integer(
        "port", "PORT", in: 1...65535, default: 80, help: "the port to listen on")
    private static let chat = Option.integer(
        "chat-port", "PORT", in: 1...65535, help: "the port of robbieblocks chat, if it runs")

    static func command(_ console: Console) -> Command {
        Command(
            "nginx", summary: "Print the nginx configuration that serves a node",
            discussion: """
                The text is a whole server block: put it into a file of its own in \
                /etc/nginx/sites-enabled. It serves the compressed files that a build writes, keeps \
                hashed files cached permanently, and sends a strict Content-Security-Policy.
                """,
            options: [CommonOptions.node, domain, CommonOptions.output, address, port, chat],
            examples: [
                .init(
                    "robbieblocks nginx --node testpilot --domain testpilot.example.com",
                    "for /etc/nginx/sites-enabled/robbieblocks-testpilot.conf")
            ]
        ) { invocation in
            let block = try NginxServerBlock(
                node: invocation[CommonOptions.node], domain: invocation[domain],
                output: invocation.absoluteOutputFolder(),
                listen: .init(address: invocation[address], port: invocation[port]),
                chatPort: invocation[chat],
                hasBrotli: (try? Directory("/usr/lib/nginx/modules"))?
                    .exists("ngx_http_brotli_static_module.so") ?? false)
            console.output.write(block.text)
            return .success
        }
    }
}
