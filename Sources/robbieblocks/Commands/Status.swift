import CommandLineParsing
import ContentStore
import Diagnostics
import PostgreSQL
import Publishing
import SiteModel
import SitePipeline
import SystemSupport

/// `robbieblocks status`: how sites stand.
enum Status {
    static func command(_ console: Console) -> Command {
        Command(
            "status", summary: "Show what is live, what is pending and what failed",
            discussion: """
                For each node: the live release and its age, edits that are not live yet, pages that \
                keep their last good version and why, who builds the node, and how soon edits were \
                live. Exits with 1 when something failed.
                """,
            options: [Build.node, Build.all, Build.output, Option.json],
            examples: [.init("robbieblocks status --all", "every node")]
        ) { invocation in
            let project = try Project.find()
            let database = try project.database(
                notingOn: console, isSilent: invocation[.json])
            let store = ContentStore(of: database)
            var reports: [StatusReport] = []
            let nodes = try await Build.nodes(of: invocation, on: database)
            if !nodes.faults.isEmpty {
                let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
                console.errors.write(printer.text(for: nodes.faults))
            }
            let output = try invocation.outputFolder()
            for node in nodes.ids {
                let isBuilt =
                    (try? Directory("\(output)/\(node)"))?.target(ofLink: "current") != nil
                let folder = isBuilt ? try SiteFolder(output: output, node: node) : nil
                reports.append(
                    StatusReport(
                        node: node, live: try folder?.currentRelease(),
                        hold: try folder?.hold(),
                        failures: FailureReport.all(of: try folder?.failures() ?? []),
                        repairs: try folder?.repairs() ?? [],
                        database: try await store.status(of: node)))
            }
            if invocation[.json] {
                console.output.writeLine(try JSONText.of(reports))
            } else {
                for report in reports { report.show(on: console.output) }
            }
            return !nodes.faults.isEmpty || reports.contains { !$0.failures.isEmpty }
                ? .content : .success
        }
    }
}
