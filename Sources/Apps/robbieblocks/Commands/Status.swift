import Build
import CommandLine
import Content
import Core
import Operations
import PostgreSQL
import Publishing
import SiteModel
import System

/// `robbieblocks status`: shows the state of sites.
enum Status {
    static func command(_ console: Console) -> Command {
        Command(
            "status", summary: "Show what is live, what is pending and what failed",
            discussion: """
                For each node: the live release and its age, pending edits, pages that keep their \
                last good version and why, the builder of the node, and how quickly edits went live. \
                Exits with 1 when something failed, and with 3 when the folder has the site of \
                another database.
                """,
            options: CommonOptions.nodeSelection + [Option.json],
            examples: [.init("robbieblocks status --all", "every node")],
            exitMeanings: [.content: "a page, or the last build, failed"]
        ) { invocation in
            let project = try Project.find()
            let database = try project.database(
                notingOn: console, isSilent: invocation[.json])
            let store = ContentStore(of: database)
            var reports: [StatusReport] = []
            let nodes = try await invocation.nodes(on: database)
            if !nodes.faults.isEmpty {
                let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
                console.errors.write(printer.text(for: nodes.faults))
            }
            let output = try invocation.outputFolder()
            for node in nodes.ids {
                let isBuilt =
                    (try? Directory("\(output)/\(node)"))?.target(ofLink: "current") != nil
                let folder = isBuilt ? try SiteFolder(output: output, node: node) : nil
                let status = try await store.status(of: node)
                let otherDatabase = try folder?.fault(
                    of: node, in: output, origin: try await store.origin(), database: database)
                reports.append(
                    try StatusReport(
                        node: node, output: output, site: folder, otherDatabase: otherDatabase,
                        database: status))
            }
            if invocation[.json] {
                try console.output.write(json: reports)
            } else {
                for report in reports {
                    console.output.writeLine(console.output.styled(report.node, .bold))
                    for line in report.lines { console.output.writeLine(line) }
                }
            }
            let worst = reports.map(\.exitCode).max() ?? .success
            return nodes.faults.isEmpty ? worst : max(worst, .content)
        }
    }
}
