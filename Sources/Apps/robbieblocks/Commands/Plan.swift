import Build
import CommandLine
import Core
import Rendering
import SiteModel
import System

/// `robbieblocks plan`: shows what a build would render, without rendering it.
enum Plan {
    private static let drafts = CommonOptions.drafts(
        help: "also list the pages that are not published yet")

    private struct Answer: Encodable {
        var node: String
        /// The pages in the order of their routes.
        var pages: [Page] = []
        var diagnostics: [Diagnostic] = []
    }

    private struct Page: Encodable {
        var route: String
        /// The page's `page_key`.
        var page: String
        var layout: String
        var pieces: Int
        /// A hash over all inputs of its rendering.
        var fingerprint: String

        init(_ job: RenderJob) {
            route = job.page.route.text
            (page, layout) = (job.page.page.key, job.page.page.layout)
            pieces = job.pieces.count
            fingerprint = job.fingerprint.description
        }
    }

    static func command(_ console: Console) -> Command {
        Command(
            "plan", summary: "Show what a build of a node would render",
            discussion: """
                Prints a line for each page: route, page key, layout, number of pieces, and the \
                fingerprint over everything that its rendering reads.
                """,
            options: [CommonOptions.node, drafts, Option.json],
            examples: [.init("robbieblocks plan --node testpilot", "the jobs of one node")]
        ) { invocation in
            let project = try Project.find()
            let asJSON = invocation[.json]
            let builder = try project.builder(
                on: try project.database(notingOn: console, isSilent: asJSON))
            var answer = Answer(node: invocation[CommonOptions.node])
            answer.diagnostics = try await builder.plan(
                node: invocation[CommonOptions.node], includesDrafts: invocation[drafts]
            ) { job in
                if asJSON {
                    answer.pages.append(Page(job))
                } else {
                    console.output.writeLine(job.description)
                }
            }
            if asJSON {
                try console.output.write(json: answer)
            } else if !answer.diagnostics.isEmpty {
                let printer = DiagnosticPrinter(usesColor: console.errors.usesColor)
                console.errors.write(printer.text(for: answer.diagnostics))
            }
            return answer.diagnostics.contains { $0.severity == .error } ? .content : .success
        }
    }
}
