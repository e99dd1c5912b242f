import Build
import CommandLine
import Content
import Core
import PostgreSQL
import Publishing
import SiteModel
import System

/// `robbieblocks build`: publishes a site from its rows.
enum Build {
    static let node = Option.repeated(
        "node", "NODE", kind: .name, candidates: .nodes,
        help: "a node of the database")
    static let all = Option.flag("all", help: "every node of the database")
    static let output = Option.text(
        "output", "DIR", kind: .directory, default: defaultOutputFolder,
        help: "the folder that holds a folder for each node; by default that of the project")
    private static let takesDrafts = Option.flag(
        "drafts", help: "also build what is not published yet, into an --output of its own")
    private static let keepGoing = Option.flag(
        "keep-going", help: "publish the rest, with the last good version of pages that fail")
    private static let force = Option.flag(
        "force",
        help: """
            publish even when no page, or less than half of them, is left, and replace a site of \
            drafts or of another database; compare every page with what is live, and render again \
            what is missing or damaged in the output folder
            """)
    private static let takeOver = Option.flag(
        "take-over",
        help: "make this folder the node's home: an edit is pending until it is live here")
    static let compression = Option.choice(
        "compression", "on|off", default: Switch.on, help: "write .gz and .br beside text files")

    static let keep = Option.integer(
        "keep", "N", in: 2...1000, default: 10,
        help: "releases that can be rolled back to, and whose assets stay")

    enum Switch: String, CaseIterable { case on, off }

    static func command(_ console: Console) -> Command {
        Command(
            "build", summary: "Build the sites of one or more nodes",
            discussion: """
                Reads one snapshot of the database, renders the pages that a change reaches and \
                publishes the site at DIR/NODE/current by one rename. When a row is wrong, the error \
                names it, nothing is published, and the last good site stays.
                """,
            options: [
                node, all, output, takesDrafts, keepGoing, force, takeOver, compression, keep,
                Option.json,
            ],
            examples: [
                .init("robbieblocks build --node testpilot", "one site"),
                .init("robbieblocks build --all --keep-going", "all sites, whatever fails"),
            ],
            exitMeanings: [
                .content: """
                content errors: fix the rows that are named. With --keep-going too, though the \
                rest was published
                """
            ]
        ) { invocation in
            let project = try Project.find()
            let output = try invocation.outputFolder()
            if invocation[takesDrafts] { try checkDrafts(into: output, of: project, invocation) }
            let database = try project.database(
                notingOn: console, isSilent: invocation[.json])
            let builder = try project.builder(on: database)
            let nodes = try await nodes(of: invocation, on: database)
            let printer = BuildPrinter(console: console, asJSON: invocation[.json])
            for fault in nodes.faults { printer.report(fault) }
            for name in nodes.ids {
                var options = BuildOptions(
                    node: name, output: output, workers: processorCount())
                options.includesDrafts = invocation[takesDrafts]
                options.keepsGoing = invocation[keepGoing]
                options.isForced = invocation[force]
                options.takesOver = invocation[takeOver]
                options.compresses = invocation[compression] == .on
                options.keptReleases = invocation[keep]
                try await printer.report(options, from: builder)
            }
            return printer.finish()
        }
    }

    /// Requires a separate folder for drafts: in the folder of a plain build they would be live.
    static func checkDrafts(
        into folder: String, of project: Project, _ invocation: Invocation
    ) throws {
        let hint = "give --output with a folder that no web server sends, such as /tmp/drafts"
        guard invocation.isGiven(output),
            finalPath(folder) != finalPath("\(project.root.path)/\(defaultOutputFolder)")
        else {
            throw invocation.usageError(
                invocation.isGiven(output)
                    ? "drafts need another --output than '\(invocation[output])', where the "
                        + "published sites are"
                    : "drafts need an --output of their own", hint: hint)
        }
        guard !invocation[takeOver] else {
            throw invocation.usageError("--drafts and --take-over exclude each other")
        }
    }

    /// Returns the nodes named in the call, or all nodes, and the errors in the ids of rows.
    ///
    /// - Throws: `.unknownNode` for a name without a row.
    static func nodes(
        of invocation: Invocation, on database: ConnectionTarget
    ) async throws -> (ids: [String], faults: [Diagnostic]) {
        let named = try namedNodes(of: invocation)
        let ids = try await ContentStore.nodeIDs(of: database)
        if let named {
            try check(named, among: ids)
            return (named, [])
        }
        return (ids.filter { Node.fault(inID: $0) == nil }, ids.compactMap(Node.fault(inID:)))
    }

    /// - Throws: `.unknownNode` for the first name that is not among the ids.
    static func check(_ names: [String], among ids: [String]) throws(Diagnostic) {
        for name in names where !ids.contains(name) {
            throw Diagnostic(
                .unknownNode, "there is no node '\(name)'\(Project.namedPlace)",
                hint: suggestion(for: name, among: ids))
        }
    }

    /// Returns the nodes named in the call, nil for all; an empty list is a usage error and does
    /// not mean all.
    static func namedNodes(of invocation: Invocation) throws -> [String]? {
        guard invocation[all] else {
            guard !invocation[node].isEmpty else {
                throw invocation.usageError("no node is given", hint: "give --node NODE or --all")
            }
            return invocation[node]
        }
        guard invocation[node].isEmpty else {
            throw invocation.usageError("--all and --node exclude each other")
        }
        return nil
    }

    /// Returns the folder of a node whose site was built.
    static func publishedSite(
        of node: String, _ invocation: Invocation
    ) async throws -> SiteFolder {
        let output = try invocation.outputFolder()
        guard let folder = try? Directory("\(output)/\(node)"),
            folder.target(ofLink: "current") != nil
        else { throw await notBuilt(node, in: output) }
        return try SiteFolder(output: output, node: node)
    }

    /// Returns the error for a node without a site in the folder. If the running database does not
    /// have the node either, the error says so, because building would not help.
    static func notBuilt(_ node: String, in output: String) async -> Diagnostic {
        if let database = (try? Project.find())?.runningDatabase,
            let ids = try? await ContentStore.nodeIDs(of: database), !ids.contains(node),
            let near = nearMiss(for: node, among: ids)
        {
            return Diagnostic(
                .unknownNode, "there is no node '\(node)'\(Project.namedPlace)",
                hint: "did you mean '\(near)'?")
        }
        return Diagnostic(
            .nothingToPublish, "'\(output)/\(node)' holds no built site",
            hint: "run: " + commandLine("build", node: node, output: output))
    }
}
