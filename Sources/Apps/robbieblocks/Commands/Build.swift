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
    private static let drafts = CommonOptions.drafts(
        help: "also build unpublished pages, into a separate --output")
    private static let keepGoing = Option.flag(
        "keep-going", help: "publish the rest, with the last good version of pages that fail")
    private static let force = Option.flag(
        "force",
        help: """
            publish even when no page, or less than half of them, is left, and replace a site of \
            drafts or of another database; compare every page with the live one, and restore \
            missing or damaged files in the output folder
            """)
    static let takeOver = Option.flag(
        "take-over",
        help: "make this folder the node's home: an edit is pending until it is live here")
    static func command(_ console: Console) -> Command {
        Command(
            "build", summary: "Build the sites of one or more nodes",
            discussion: """
                Reads one snapshot of the database, renders the pages that a change reaches and \
                publishes the site at DIR/NODE/current by one rename. When a row is wrong, the error \
                names it, nothing is published, and the last good site stays.
                """,
            options: CommonOptions.nodeSelection + [
                drafts, keepGoing, force, takeOver, CommonOptions.compression,
                CommonOptions.keptReleases, Option.json,
            ],
            examples: [
                .init("robbieblocks build --node testpilot", "one site"),
                .init("robbieblocks build --all --keep-going", "all sites, whatever fails"),
            ],
            exitMeanings: [
                .content: """
                content errors: fix the rows listed above. Also with --keep-going, although the \
                rest was published
                """
            ]
        ) { invocation in
            let project = try Project.find()
            let output = try invocation.outputFolder()
            if invocation[drafts] { try invocation.checkDrafts(into: output, of: project) }
            let database = try project.database(
                notingOn: console, isSilent: invocation[.json])
            let builder = try project.builder(on: database)
            let nodes = try await invocation.nodes(on: database)
            let printer = BuildPrinter(console: console, asJSON: invocation[.json])
            for fault in nodes.faults { printer.report(fault) }
            for name in nodes.ids {
                var options = BuildOptions(
                    node: name, output: output, workers: processorCount())
                options.includesDrafts = invocation[drafts]
                options.keepsGoing = invocation[keepGoing]
                options.isForced = invocation[force]
                options.takesOver = invocation[takeOver]
                options.compresses = invocation.compresses
                options.keptReleases = invocation[CommonOptions.keptReleases]
                try await printer.report(options, from: builder)
            }
            return printer.finish()
        }
    }
}
