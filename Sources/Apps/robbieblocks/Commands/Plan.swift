import Build
import CommandLine
import Core
import Rendering

/// `robbieblocks plan`: what a build would render, without rendering it.
enum Plan {
    private static let node = Option.required(
        "node", "NODE", kind: .name, candidates: .nodes, help: "the node")
    private static let drafts = Option.flag(
        "drafts", help: "also list the pages that are not published yet")

    static func command(_ console: Console) -> Command {
        Command(
            "plan", summary: "Show what a build of a node would render",
            discussion: """
                Prints a line for each page: route, page key, layout, number of pieces, and the \
                fingerprint over everything that its rendering reads.
                """,
            options: [node, drafts],
            examples: [.init("robbieblocks plan --node testpilot", "the jobs of one node")]
        ) { invocation in
            let project = try Project.find()
            let builder = try project.builder(on: try project.database(notingOn: console))
            let diagnostics = try await builder.plan(
                node: invocation[node], includesDrafts: invocation[drafts]
            ) { job in
                console.output.writeLine(job.description)
            }
            guard !diagnostics.isEmpty else { return .success }
            let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
            console.errors.write(printer.text(for: diagnostics))
            return diagnostics.contains { $0.severity == .error } ? .content : .success
        }
    }
}
