import Build
import CommandLine
import Core
import FoundationEssentials
import Publishing
import Rendering
import SiteModel

/// `robbieblocks why`: shows why a page was rendered and from which inputs.
enum Why {
    private static let route = Argument.required(
        "ROUTE", candidates: .routes,
        help: "the address of the page, such as /pricing/, or its page_key")
    private static let release = Option.integer(
        "release", "N", in: 1...Int(Int32.max), candidates: .releases,
        help: "show the page of that release instead of the newest one")

    private struct Answer: Encodable {
        struct Rendering: Encodable {
            var release: Int
            var at: String
            var reason: String
        }
        struct FrameRow: Encodable {
            var key: String
            var component: String?
            /// The rows that this one replaces.
            var insteadOf: [String]
        }
        var page: String
        var file: String
        /// The requested release.
        var release: Int
        var renderings: [Rendering]
        /// The newest release, the only one whose dependencies are stored; nil when it lacks the
        /// page.
        var dependenciesAsOf: Int?
        var dependsOn: [String]?
        /// The page's frame rows, without those removed by conditions or by the page's own blocks.
        var frame: [FrameRow]?
        var dueAt: String?
    }

    static func command(_ console: Console) -> Command {
        Command(
            "why", summary: "Show why a page was rendered, and what it depends on",
            discussion: """
                Prints the releases that changed the page, newest first, and their causes. The \
                dependencies of a page are stored for the newest release only.
                """,
            options: [CommonOptions.node, release, CommonOptions.output, Option.json],
            arguments: [route],
            examples: [
                .init("robbieblocks why /pricing/ --node testpilot", "its last changes"),
                .init("robbieblocks why about --node testpilot", "the same by a page's key"),
            ]
        ) { invocation in
            let node = invocation[CommonOptions.node]
            let folder = try await invocation.publishedSite(of: node)
            let text = invocation[route]
            let state = try folder.state()
            let asked = invocation[release] ?? state.release
            let search = PageSearch(pages: try pages(of: asked, state, folder))
            guard let file = search.file(for: text), let key = search.pages[file] else {
                throw try absent(
                    text, in: asked == state.release ? "the newest release" : "release \(asked)",
                    search, folder, asked)
            }
            let reasons = try folder.reasons(route: file, release: asked)
            let record = state.pages.values.first { $0.key == key }
            let answer = Answer(
                page: key, file: file, release: asked,
                renderings: reasons.map {
                    .init(
                        release: $0.release, at: isoTimestamp(milliseconds: $0.createdAt),
                        reason: $0.reason)
                },
                dependenciesAsOf: record == nil ? nil : state.release,
                dependsOn: record.map {
                    ($0.inputs + SharedInput.everyPage).map(SharedInput.words)
                },
                frame: try record?.inputs.compactMap(SharedInput.frame(named:)).first.map {
                    try folder.frame(of: node, app: $0.app, layout: $0.layout).map {
                        .init(key: $0.key, component: $0.component, insteadOf: $0.instead)
                    }
                },
                dueAt: record?.due.map { isoTimestamp(milliseconds: $0) })
            if invocation[.json] {
                try console.output.write(json: answer)
                return .success
            }
            show(answer, on: console)
            return .success
        }
    }

    /// Returns the pages of a release: file → key.
    private static func pages(
        of release: Int, _ newest: PublishedState, _ folder: SiteFolder
    ) throws -> [String: String] {
        if release == newest.release {
            return Dictionary(newest.pages.values.map { ($0.file, $0.key) }) { first, _ in first }
        }
        return try folder.manifest(of: release).files.compactMapValues(\.page)
            .filter { $0.key.hasUTF8Suffix(".html") }
    }

    private static func absent(
        _ text: String, in name: String, _ search: PageSearch, _ folder: SiteFolder, _ release: Int
    ) throws -> Diagnostic {
        if let route = PageSearch.route(asked: text),
            let last = try folder.reasons(route: PageSearch.file(of: route), release: release)
                .first?.release
        {
            return Diagnostic(
                .unknownPage, "'\(route.text)' is not in \(name)",
                hint: "the last release that changed it is \(last); give --release N for one that "
                    + "has it")
        }
        return Diagnostic(
            .unknownPage, "\(name) has no page with the address or key '\(text)'",
            hint: search.hint(for: text) ?? "it has \(search.pages.count) pages")
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
        guard let newest = answer.dependenciesAsOf, let inputs = answer.dependsOn else {
            output.writeLine("  not in the newest release; its dependencies are no longer stored")
            return
        }
        let time = newest == answer.release ? "" : "as of release \(newest), "
        output.writeLine("  \(time)depends on its own rows, " + inputs.joined(separator: ", "))
        for row in answer.frame ?? [] {
            let component = row.component.map { " (component '\($0)')" } ?? ""
            let others = row.insteadOf.map { "'\($0)'" }.joined(separator: ", ")
            let instead =
                others.isEmpty ? "" : ", instead of \(others), which applies to more pages"
            output.writeLine("  \(time)frame row '\(row.key)'\(component)\(instead)")
        }
        if let due = answer.dueAt { output.writeLine("  \(time)changes by itself at \(due)") }
    }
}
