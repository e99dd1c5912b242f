import Build
import Chat
import CommandLine
import Content
import Core
import HTTP
import Operations
import System

/// `robbieblocks dev`: watches and serves a site in one process, with pages that update themselves.
enum Dev {
    private static let drafts = CommonOptions.drafts(
        help: "also show unpublished pages, in a separate folder")
    /// Within the project's folder, which no web server serves.
    private static let draftFolder = ".robbieblocks/drafts"

    static func command(_ console: Console) -> Command {
        Command(
            "dev", summary: "Watch a node and show it in a browser that reloads itself",
            discussion: """
                Publishes committed edits, and files saved below templates/ and branding/. Open \
                pages reload when they changed and swap their styles in place. A page with an error \
                shows it with its lines of code until it is fixed; every other page has a \
                badge with the number of errors, which opens the list. With --drafts, the site is \
                built in .robbieblocks/drafts, or the given --output, beside the published one and \
                beside its watch. Answers visitors as 'robbieblocks chat' does, except on a site \
                with drafts. Takes requests to 127.0.0.1, localhost and [::1]. Ctrl-C ends it.
                """,
            options: [
                CommonOptions.node, PreviewPort.option, drafts, CommonOptions.output,
                CommonOptions.compression,
            ],
            examples: [
                .init("robbieblocks dev --node testpilot", "on http://127.0.0.1:8080"),
                .init("robbieblocks dev --node testpilot --drafts", "with unpublished pages"),
            ]
        ) { invocation in
            let project = try Project.find()
            let database = try project.database(notingOn: console)
            let node = invocation[CommonOptions.node]
            try Invocation.check([node], among: try await ContentStore.nodeIDs(of: database))
            var options = BuildOptions(
                node: node, output: try output(of: invocation, in: project),
                workers: processorCount())
            options.includesDrafts = invocation[drafts]
            options.compresses = invocation.compresses
            options.keepsGoing = true
            options.reportsFaultyFiles = true
            let keeper = try project.builder(on: database).keeper(options)
            // In a folder with another site, builds would fail and the preview would show that
            // site.
            try await keeper.checkFolder()
            let watcher = SiteWatcher(
                [keeper], database: database, holder: "\(hostName()):\(processIdentifier())")

            var fields = HTTPFields()
            for header in SecurityHeaders.standard.all { fields[header.name] = header.value }
            let chat = await PreviewChat.make(
                for: node, output: options.output, hasDrafts: options.includesDrafts,
                console: console)
            let port = PreviewPort(invocation)
            let preview = LivePreview(
                site: "\(options.output)/\(node)/current",
                scripts: project.root.path + "/templates/preview", port: port.wanted,
                spares: port.spares, fields: fields, release: try await keeper.liveRelease,
                service: chat?.http,
                limits: chat?.serverConfiguration.limits ?? HTTPServerConfiguration.Limits())
            let session = DevSession(
                project: project, keeper: keeper, watcher: watcher, preview: preview, chat: chat,
                printer: WatchPrinter(console: console, asJSON: false, output: options.output))
            try await session.run { address in
                port.announce(node, at: address, on: console)
            }
            return .success
        }
    }

    /// Returns the output folder; drafts never go into the folder of published pages.
    private static func output(of invocation: Invocation, in project: Project) throws -> String {
        guard invocation[drafts] else { return try invocation.outputFolder() }
        guard invocation.isGiven(CommonOptions.output) else {
            return "\(project.root.path)/\(draftFolder)"
        }
        let output = try invocation.outputFolder()
        try invocation.checkDrafts(into: output, of: project)
        return output
    }
}
