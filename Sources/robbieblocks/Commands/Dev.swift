import Chat
import CommandLineParsing
import ContentStore
import Deployment
import Diagnostics
import LivePreview
import SitePipeline
import SystemSupport
import WebServer

/// `robbieblocks dev`: watch and serve in one, with pages that keep themselves up to date.
enum Dev {
    private static let port = Option.integer(
        "port", "PORT", in: 0...65535, default: 8080, help: "where to listen; 0 is any free port")

    static func command(_ console: Console) -> Command {
        Command(
            "dev", summary: "Watch a node and show it in a browser that reloads itself",
            discussion: """
                Publishes what is committed, and what is saved below templates/ and branding/. Open \
                pages reload when they changed, swap their styles in place, and show what is wrong \
                with its row, line and column until it is mended. Visitors are answered as \
                'robbieblocks chat' does. Ctrl-C ends it.
                """,
            options: [Releases.node, port, Build.output, Build.compression],
            examples: [.init("robbieblocks dev --node testpilot", "on http://127.0.0.1:8080")]
        ) { invocation in
            let project = try Project.find()
            let database = try project.database()
            let node = invocation[Releases.node]
            try Build.check([node], among: try await ContentStore.nodeIDs(of: database))
            var options = BuildOptions(
                node: node, output: try invocation.outputFolder(), workers: processorCount())
            options.compresses = invocation[Build.compression] == .on
            options.keepsGoing = true
            let keeper = try project.builder(on: database).keeper(options)
            let watcher = SiteWatcher(
                [keeper], database: database, holder: "\(hostName()):\(processIdentifier())")

            var fields = HTTPFields()
            for header in SecurityHeaders.standard.all { fields[header.name] = header.value }
            let chat = await PreviewChat.make(for: node, output: options.output, console: console)
            let preview = LivePreview(
                site: "\(options.output)/\(node)/current",
                scripts: project.root.path + "/templates/preview", port: invocation[port],
                fields: fields, release: try await keeper.liveRelease, service: chat?.http,
                limits: chat?.serverConfiguration.limits ?? HTTPServerConfiguration.Limits())
            let session = DevSession(
                project: project, keeper: keeper, watcher: watcher, preview: preview, chat: chat,
                printer: WatchPrinter(console: console, asJSON: false))
            try await session.run { address in
                console.output.writeLine("\(node) is at \(address)/")
            }
            return .success
        }
    }
}
