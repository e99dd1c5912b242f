import AssetBundling
import CommandLineParsing
import Diagnostics
import SiteModel
import SitePipeline
import SystemSupport

/// `robbieblocks build`: from rows to a published site.
enum Build {
    static let node = Option.repeated(
        "node", "NODE", help: "a node to build; may be given several times")
    static let all = Option.flag("all", help: "build every node")
    static let output = Option.text(
        "output", "DIR", kind: .directory, default: "site-output",
        help: "the folder that holds a folder for each node")
    static let drafts = Option.flag("drafts", help: "also build what is not published yet")
    private static let keepGoing = Option.flag(
        "keep-going", help: "publish the rest, with the last good version of pages that fail")
    private static let force = Option.flag(
        "force", help: "publish even when no page, or less than half of them, is left")
    private static let compression = Option.choice(
        "compression", "on|off", default: Switch.on, help: "write .gz and .br beside text files")

    private enum Switch: String, CaseIterable { case on, off }

    static func command(_ console: Console) -> Command {
        Command(
            "build", summary: "Build the sites of one or more nodes",
            discussion: """
                Reads one snapshot of the database, renders every page and publishes the site at \
                DIR/NODE/current by one rename. When a row is wrong, the error names it, nothing is \
                published, and the last good site stays.
                """,
            options: [node, all, output, drafts, keepGoing, force, compression, Option.json],
            examples: [
                .init("robbieblocks build --node testpilot", "one site"),
                .init("robbieblocks build --all --keep-going", "all sites, whatever fails"),
            ]
        ) { invocation in
            let project = try Project.find()
            let database = try project.database()
            let builder = SiteBuilder(
                database: database, library: try TemplateLibrary(root: project.root),
                bundler: try AssetBundler(searchPath: project.searchPath),
                executable: executablePath())
            let nodes = try await nodes(of: invocation, in: builder)
            let printer = BuildPrinter(console: console, asJSON: invocation[.json])
            for name in nodes {
                var options = BuildOptions(
                    node: name, output: invocation[output], workers: processorCount())
                options.includesDrafts = invocation[drafts]
                options.keepsGoing = invocation[keepGoing]
                options.isForced = invocation[force]
                options.compresses = invocation[compression] == .on
                try await printer.report(options, from: builder)
            }
            return printer.finish()
        }
    }

    /// The nodes that the call names; naming none is a mistake, not a wish for all.
    static func nodes(of invocation: Invocation, in builder: SiteBuilder) async throws -> [String] {
        guard invocation[all] else {
            guard !invocation[node].isEmpty else {
                throw invocation.usageError("no node is given", hint: "give --node NODE or --all")
            }
            return invocation[node]
        }
        guard invocation[node].isEmpty else {
            throw invocation.usageError("--all and --node exclude each other")
        }
        return try await builder.nodes().map(\.id)
    }
}
