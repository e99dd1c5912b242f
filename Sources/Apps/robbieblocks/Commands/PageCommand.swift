import Bundling
import CommandLine
import Content
import Core
import FoundationEssentials
import Markdown
import SiteModel
import System

/// `robbieblocks page add`: adds a complete page in one step.
enum PageCommand {
    private static let route = Argument.required(
        "ROUTE", help: "the address of the page, such as /opening-hours/")
    private static let title = Option.text(
        "title", "TITLE",
        help: "the page's title; else the first heading of the file, or the last word of the route")
    private static let app = Option.text(
        "app", "APP", candidates: .apps,
        help:
            "the app that the page belongs to; else the first word of the route when it is one, or "
            + "'shared', which every node builds")
    private static let layout = Option.text(
        "layout", "LAYOUT", default: "single-column", candidates: .layouts,
        help: "a layout in templates/layouts/")
    private static let file = Option.text(
        "file", "FILE", kind: .file, help: "the page's Markdown; else its title alone")
    private static let description = Option.text(
        "description", "TEXT", help: "the text that search engines show below the title")
    private static let menu = Option.text("menu", "LABEL", help: "puts the page into the menu")
    private static let key = Option.text(
        "key", "KEY", help: "the page's key; else it follows from the route")
    private static let draft = Option.flag(
        "draft", help: "leave the page unpublished: only builds with --drafts have it")

    private struct Answer: Encodable {
        var page: String
        var route: String
        var app: String
        var layout: String
        var status: String
        /// The nodes that build the page.
        var nodes: [String]
        /// The keys of the page's frame rows.
        var frame: [String]
        /// The builders that publish it at once, by node.
        var builders: [String: String]
        /// Why it is not published at once, by node: the error of the node's last build.
        var failures: [String: String]
        /// The command that edits the page.
        var edit: String
    }

    static func command(_ console: Console) -> Command {
        Command(
            "page", summary: "Add a page",
            subcommands: [
                Command(
                    "add", summary: "Add a page with header and footer",
                    discussion: """
                        Inserts one row. Header, footer and bar come from the frame of the page's app, \
                        robbieblocks_frame_blocks; the page goes live with the next build, or at once where \
                        'robbieblocks watch' runs.
                        """,
                    options: [
                        title, app, layout, file, description, menu, key, draft, Option.json,
                    ],
                    arguments: [route],
                    examples: [
                        .init(
                            "robbieblocks page add /opening-hours/ --title 'Opening hours'",
                            "on every node"),
                        .init(
                            "robbieblocks page add /work/holidays/ --file holidays.md",
                            "of app work, with its text"),
                    ]
                ) { invocation in
                    try await add(invocation, console)
                }
            ],
            examples: [
                .init(
                    "robbieblocks page add /opening-hours/ --title 'Opening hours'",
                    "a finished page in one step")
            ])
    }

    private static func add(
        _ invocation: Invocation, _ console: Console
    ) async throws -> ExitCode {
        let route: Route
        do throws(Diagnostic) {
            route = try Route(invocation[Self.route], page: "")
        } catch {
            let meant = PageSearch.route(asked: invocation[Self.route]).map {
                "did you mean '\($0.text)'?"
            }
            throw Diagnostic(.usage, error.message, hint: meant ?? error.hint)
        }
        try check(route.text, as: "the route", characters: NewPage.keyLength)
        try check(invocation[key], as: "the key", characters: NewPage.keyLength)
        try check(invocation[Self.app], as: "the app", characters: NewPage.appLength)
        try check(invocation[title], as: "the title", bytes: Page.titleLimit)
        try check(
            invocation[description], as: "the description", bytes: Page.descriptionLimit,
            mayBeBlank: true)
        try check(invocation[menu], as: "the label of the menu", bytes: Page.titleLimit)
        let project = try Project.find()
        let layouts = try TemplateLibrary(root: project.root).layouts.keys
        let layout = invocation[layout]
        guard layouts.contains(layout) else {
            throw Diagnostic(
                .unknownLayout, "there is no layout '\(layout)'",
                hint: suggestion(for: layout, among: Array(layouts))
                    ?? "give one of these with --layout: "
                    + layouts.sorted().joined(separator: ", "))
        }
        let database = try project.database(
            notingOn: console, isSilent: invocation[.json])
        let text = try invocation[file].map(content)
        let name =
            invocation[title] ?? text.flatMap(heading) ?? words(of: route)
        try check(name, as: "the heading of the file", bytes: Page.titleLimit)
        let app: String
        if let given = invocation[Self.app] {
            guard given.isComposed else {
                throw Diagnostic(
                    .usage, "the app '\(given)' is not in Unicode's composed form (NFC)",
                    hint: "write '\(given.composed)'")
            }
            app = given
        } else {
            app = self.app(of: route, among: try await ContentStore.nodes(of: database))
        }
        let page = NewPage(
            key: invocation[key], name: name, route: route.text, app: app, layout: layout,
            description: invocation[description], content: text ?? "# \(name)\n",
            menu: invocation[menu], isDraft: invocation[draft])
        let store = ContentStore(of: database)
        let added = try await store.add(page)
        var (builders, failures): ([String: String], [String: String]) = ([:], [:])
        for node in added.nodes {
            let status = try await store.status(of: node)
            if let builder = status.builder, builder.isRunning { builders[node] = builder.holder }
            failures[node] = status.lastFailure.map { $0.deploy.error ?? "no reason was recorded" }
        }
        let quoted = added.key.replacingUTF8("'", with: "''")
        let answer = Answer(
            page: added.key, route: route.text, app: app, layout: layout,
            status: page.isDraft ? "draft" : "published", nodes: added.nodes, frame: added.frame,
            builders: builders, failures: failures,
            edit: "UPDATE robbieblocks_pages SET content = '…' WHERE page_key = '\(quoted)';")
        if invocation[.json] {
            try console.output.write(json: answer)
        } else {
            show(answer, on: console.output)
        }
        return .success
    }

    private static func show(_ answer: Answer, on output: Terminal) {
        output.writeLine("\(output.styled(answer.page, .bold))  \(answer.route)")
        output.writeLine(
            "  page   app \(answer.app), layout \(answer.layout), status \(answer.status)")
        output.writeLine(
            answer.frame.isEmpty
                ? "  frame  none: no row of robbieblocks_frame_blocks is active for it"
                : "  frame  \(answer.frame.joined(separator: ", "))")
        output.writeLine("  edit   \(answer.edit)")
        let isDraft = answer.status == "draft"
        for node in answer.nodes {
            if isDraft {
                output.writeLine(
                    "  build  robbieblocks build --node \(node) --drafts --output /tmp/drafts")
            } else if let builder = answer.builders[node] {
                output.writeLine("  live   on \(node) at once, by the builder \(builder)")
            } else {
                output.writeLine("  build  robbieblocks build --node \(node)")
            }
            if !isDraft, let failure = answer.failures[node] {
                let line = Substring(failure.utf8.prefix { $0 != UInt8(ascii: "\n") })
                output.writeLine(
                    "  note   the last build of \(node) failed, and may hold the page back: \(line)"
                )
            }
        }
    }

    /// - Throws: when the file cannot be a page's content.
    private static func content(ofFile path: String) throws -> String {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw Diagnostic(.usage, "the file '\(path)' cannot be read")
        }
        guard data.count <= ContentStore.contentLimit else {
            throw Diagnostic(
                .contentTooLarge,
                "'\(path)' has \(data.count) bytes; \(ContentStore.contentLimit) is the limit",
                hint: "split the page into several")
        }
        guard let text = String(validating: data, as: UTF8.self), !text.utf8.contains(0) else {
            throw Diagnostic(.badEncoding, "'\(path)' is not text in UTF-8")
        }
        // A byte order mark, which some editors write, is not part of the text.
        return text.droppingUTF8Prefix("\u{FEFF}").map(String.init) ?? text
    }

    /// - Throws: for an argument that no page can show: one with control characters, or with
    ///   replacements for bytes that are not UTF-8.
    private static func check(
        _ text: String?, as name: String, characters: Int = .max, bytes: Int = .max,
        mayBeBlank: Bool = false
    ) throws(Diagnostic) {
        guard let text else { return }
        guard text.isUTF8Equal(to: text.printable), !text.containsUTF8("\u{FFFD}") else {
            throw Diagnostic(
                .usage, "\(name) has a character that cannot be shown",
                hint: "leave control characters out, and write UTF-8")
        }
        guard mayBeBlank || !text.isBlank else { throw Diagnostic(.usage, "\(name) is blank") }
        let length = text.unicodeScalars.count
        guard length <= characters else {
            throw Diagnostic(
                .usage, "\(name) has \(length) characters; \(characters) is the limit")
        }
        guard text.utf8.count <= bytes else {
            throw Diagnostic(
                .usage, "\(name) has \(text.utf8.count) bytes; \(bytes) is the limit")
        }
    }

    /// Returns the text of a heading at the start of the Markdown.
    private static func heading(in text: String) -> String? {
        let first = text.splitUTF8(separator: "\n").first { !$0.trimmingUTF8(" \t\r").isEmpty }
        guard let first, first.hasUTF8Prefix("# ") else { return nil }
        let line = Array(String(first.trimmingUTF8(" \t\r")).utf8)
        let text = try? MarkdownRenderer().render(line, trusted: false).headings.first?.text
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Returns a title for a route, such as `Opening hours` for `/work/opening-hours/`.
    private static func words(of route: Route) -> String {
        let last = route.folder.splitUTF8(separator: "/").last.map(String.init) ?? "home"
        let words = last.replacingUTF8("-", with: " ").replacingUTF8("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private static func app(of route: Route, among nodes: [Node]) -> String {
        let first = route.folder.splitUTF8(separator: "/").first.map(String.init) ?? ""
        return nodes.contains { $0.enables(first) } ? first : "shared"
    }
}
