import Build
import Core
import Publishing
import TestSupport
import Testing

/// Warnings about links follow what happens to the pages that the links lead to.
@Suite struct LinkWarningTests {
    private static let links = 40

    private static var rows: String {
        let headings = (0..<60).map { "## Heading \($0)\n\nText." }.joined(separator: "\n\n")
        let wrong = (0..<links).map { "[l](/target/#none-\($0))" }.joined(separator: " ")
        let code = "export default ({ href }) => <a href={href}>x</a>"
        var rows =
            Rows.page("home", route: "/") + Rows.page("sound", route: "/sound/")
            + Rows.page("target", route: "/target/", content: headings)
            + Rows.page("many", route: "/many/", content: wrong)
            + Rows.page(
                "later", route: "/later-links/",
                content: "[a](/later/#there) [b](../later) [c](/sound/) [d](/sound/index.html)")
            + Rows.component("call", code: code)
        for page in ["one", "two", "three"] {
            rows += Rows.page(page, route: "/\(page)/")
            rows += Rows.block(on: page, "call", props: ##"{"href": "/target/#none"}"##)
        }
        return rows
    }

    /// - Parameter output: the folder of the node's folder; that of the site when nil.
    private func remembered(_ site: TestSite, in output: String? = nil) throws -> [String] {
        let folder = try SiteFolder(output: output ?? site.output, node: site.node)
        return try folder.remainingWarnings().map {
            "\($0.code.rawValue) \($0.location): \($0.message)"
        }.sorted()
    }

    @Test func theyAreThoseOfACleanBuild() async throws {
        let site = try await TestSite(Self.rows)
        let keeper = try site.keeper()
        let first = try await keeper.build(.reconciliation)
        // A report tells once what pages share.
        #expect(first.diagnostics.count { $0.message.hasSuffix("(and on 2 other pages)") } == 1)
        #expect(try remembered(site).count == Self.links + 3 + 2)

        func update(_ page: String, _ set: String) -> String {
            "UPDATE robbieblocks_pages SET \(set) WHERE page_key = '\(page)';"
        }
        // Each with how many warnings there are after it, and how many pages it looks for places in.
        let edits: [(sql: String, warnings: Int, read: Int)] = [
            (update("target", "content = content || ' more'"), Self.links + 5, 1),
            (update("home", "content = 'edited'"), Self.links + 5, 0),
            // The first of the pages that share a warning.
            (
                "UPDATE robbieblocks_page_blocks SET props = '{\"href\": \"/target/\"}' WHERE page_id"
                    + " = (SELECT id FROM robbieblocks_pages WHERE page_key = 'one');",
                Self.links + 4, 0
            ),
            ("DELETE FROM robbieblocks_pages WHERE page_key = 'target';", Self.links + 5, 0),
            (Rows.page("target", route: "/target/"), Self.links + 4, 1),
            (update("target", "content = '## None'"), Self.links + 2, 1),
            (Rows.page("later-2", route: "/later/"), Self.links + 1, 1),
            (update("later-2", "content = '## There'"), Self.links, 1),
            ("DELETE FROM robbieblocks_pages WHERE page_key = 'later-2';", Self.links + 2, 0),
            // Links to a page that was always there.
            (update("sound", "page_route = '/moved/'"), Self.links + 4, 0),
            ("DELETE FROM robbieblocks_pages WHERE page_key = 'sound';", Self.links + 4, 0),
            (update("target", "status = 'draft'"), Self.links + 7, 0),
            (
                Rows.page("third", route: "/third/")
                    + Rows.page("leads", route: "/leads/", content: "[x](/third/)"),
                Self.links + 7, 0
            ),
            // The page that links is touched by the same edit, and otherwise unchanged.
            (
                update("leads", "metadata = metadata")
                    + "DELETE FROM robbieblocks_pages WHERE page_key = 'third';",
                Self.links + 8, 0
            ),
        ]
        for (index, edit) in edits.enumerated() {
            try site.database.run(edit.sql)
            let report = try await keeper.build(.changes)
            #expect(report.errors == [] && report.pending == 0)
            let found = try remembered(site)
            #expect(found.count == edit.warnings, "\(index): \(found)")
            #expect(report.pagesReadForLinks == edit.read, "\(index)")
            let elsewhere = try TestFolder()
            try await site.build { $0.output = elsewhere.path }
            #expect(try remembered(site, in: elsewhere.path) == found, "\(index)")
        }
    }
}
