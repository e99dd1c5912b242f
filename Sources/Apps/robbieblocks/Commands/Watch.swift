import Build
import Bundling
import CommandLine
import Content
import Core
import PostgreSQL
import System

/// `robbieblocks watch`: keeps sites up to date with the database until it is stopped.
enum Watch {
    static func command(_ console: Console) -> Command {
        Command(
            "watch", summary: "Rebuild sites as soon as rows are committed",
            discussion: """
                Publishes committed edits, milliseconds later. A page with an error keeps its last \
                good version, and the error names the row; everything else continues. With --all, nodes \
                that are added later are found within seconds. Ends cleanly on SIGTERM and Ctrl-C; \
                SIGHUP reads templates and branding files again.
                """,
            options: CommonOptions.nodeSelection + [
                CommonOptions.compression, CommonOptions.keptReleases, CommonOptions.metricsPort,
                Option.json,
            ],
            examples: [
                .init("robbieblocks watch --node testpilot", "one site"),
                .init("robbieblocks watch --all --metrics 9464", "every site, with metrics"),
            ]
        ) { invocation in
            raiseFileLimit()
            let project = try Project.find()
            let database = try project.database(
                notingOn: console, isSilent: invocation[.json])
            let builder = try project.builder(on: database)
            var options = BuildOptions(
                node: "", output: try invocation.outputFolder(), workers: processorCount())
            options.compresses = invocation[CommonOptions.compression] == .on
            options.keptReleases = invocation[CommonOptions.keptReleases]
            options.keepsGoing = true
            let keeper: @Sendable (String) throws -> SiteKeeper = { [options] node in
                var options = options
                options.node = node
                return try builder.keeper(options)
            }
            let holder = "\(hostName()):\(processIdentifier())"
            let printer = WatchPrinter(
                console: console, asJSON: invocation[.json], output: options.output)
            let nodes = try invocation.namedNodes()
            if let nodes { try await wait(for: nodes, in: options.output, database, console) }
            let watcher =
                if let nodes {
                    SiteWatcher(try nodes.map(keeper), database: database, holder: holder)
                } else {
                    SiteWatcher(all: database, holder: holder, keeper: keeper)
                }
            let service = WatchService(
                watcher: watcher, nodes: nodes, project: project,
                manager: ServiceManager.takeFromEnvironment())
            try await service.run(metricsPort: invocation[CommonOptions.metricsPort]) {
                printer.show($0)
            }
            return .success
        }
    }

    /// Checks that the nodes exist, before a folder is created for a missing one.
    ///
    /// Waits for an unreachable database, unless every node has been built before.
    ///
    /// - Throws: `.unknownNode` for a node without a row.
    private static func wait(
        for nodes: [String], in output: String, _ database: ConnectionTarget, _ console: Console
    ) async throws {
        var shown: String?
        while true {
            do {
                return try Invocation.check(
                    nodes, among: try await ContentStore.nodeIDs(of: database))
            } catch let fault as PostgresError where fault.code == .connection {
                if nodes.allSatisfy({ (try? Directory("\(output)/\($0)")) != nil }) { return }
                if shown != fault.message {
                    console.errors.writeLine(
                        "waiting for the database, to check the nodes: \(fault.message)")
                }
                shown = fault.message
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}
