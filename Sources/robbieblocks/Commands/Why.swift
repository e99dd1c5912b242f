import CommandLineParsing
import Diagnostics
import FoundationEssentials
import Planning
import Publishing
import SiteModel

/// `robbieblocks why`: why a page was rendered, and what it is made from.
enum Why {
    private static let route = Argument.required(
        "ROUTE", help: "the address of the page, such as /pricing/")
    private static let release = Option.integer(
        "release", "N", in: 1...Int(Int32.max), help: "what that release changed, not the last one")

    private struct Answer: Encodable {
        struct Rendering: Encodable {
            var release: Int
            var at: String
            var reason: String
        }
        var page: String
        var file: String
        var renderings: [Rendering]
        var dependsOn: [String]
        var dueAt: String?
    }

    static func command(_ console: Console) -> Command {
        Command(
            "why", summary: "Show why a page was rendered, and what it depends on",
            discussion:
                "Prints the releases that changed the page, newest first, and their causes.",
            options: [Releases.node, release, Build.output, Option.json], arguments: [route],
            examples: [.init("robbieblocks why /pricing/ --node testpilot", "what changed last")]
        ) { invocation in
            let node = invocation[Releases.node]
            let folder = try Build.publishedSite(of: node, invocation)
            let route = try Route(invocation[route], page: "")
            let file = route.text == "/404/" ? Site.notFoundFile : route.file
            let state = try folder.state()
            let reasons = try folder.reasons(route: file, release: invocation[release])
            guard let record = state.pages.values.first(where: { $0.file == file }) else {
                guard reasons.isEmpty else {
                    throw Diagnostic(
                        .unknownPage, "'\(route.text)' is not in the newest release",
                        hint: "the last release that changed it is \(reasons[0].release)")
                }
                throw Diagnostic(
                    .unknownPage, "the site has no page at '\(route.text)'",
                    hint: nearMiss(for: file, among: state.pages.values.map(\.file))
                        .map { "did you mean '/\($0.replacing("index.html", with: ""))'?" })
            }
            let answer = Answer(
                page: record.key, file: file,
                renderings: reasons.map {
                    .init(
                        release: $0.release, at: isoTimestamp(milliseconds: $0.createdAt),
                        reason: $0.reason)
                },
                dependsOn: (record.inputs + SharedInput.everyPage).map(SharedInput.words),
                dueAt: record.due.map { isoTimestamp(milliseconds: $0) })
            if invocation[.json] {
                console.output.writeLine(try JSONText.of(answer))
                return .success
            }
            show(answer, on: console)
            return .success
        }
    }

    private static func show(_ answer: Answer, on console: Console) {
        let output = console.output
        output.writeLine("\(output.styled(answer.page, .bold))  \(answer.file)")
        if answer.renderings.isEmpty {
            output.writeLine("  no kept release changed it")
        }
        for rendering in answer.renderings {
            output.writeLine("  release \(rendering.release)  \(rendering.at)  \(rendering.reason)")
        }
        output.writeLine("  depends on its own rows, " + answer.dependsOn.joined(separator: ", "))
        if let due = answer.dueAt { output.writeLine("  changes by itself at \(due)") }
    }
}
