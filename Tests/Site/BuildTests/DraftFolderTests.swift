import Build
import Content
import Core
import Foundation
import PostgreSQL
import TestSupport
import Testing

/// Unpublished content is never written to a folder that visitors see.
@Suite struct DraftFolderTests {
    private static let rows =
        #"UPDATE robbieblocks_node_branding SET metadata = '{"base_url": "https://a.example"}';"#
        + Rows.page("home", route: "/") + Rows.page("draft", route: "/draft/", status: "draft")

    private func folder(of site: TestSite) -> String { site.folder.path + "/drafts" }

    private func buildDrafts(_ site: TestSite, into output: String) async throws -> BuildReport {
        try await site.build {
            $0.includesDrafts = true
            $0.output = output
            $0.isForced = true
        }
    }

    @Test func draftsHaveAFolderOfTheirOwn() async throws {
        let site = try await TestSite(Self.rows)
        let drafts = folder(of: site)
        // Before there is a home, and it does not become one.
        #expect(try await buildDrafts(site, into: drafts).outcome == .published(release: 1))
        #expect(try await ContentStore(of: site.database.target).status(of: site.node).pending > 0)
        let live = try await site.build()
        #expect(live.outcome == .published(release: 1) && live.pending == 0)
        let before = try site.files()
        #expect(before["draft/index.html"] == nil)

        for output in [site.output, site.output + "/../site-output"] {
            let error = await #expect(throws: Diagnostic.self) {
                try await buildDrafts(site, into: output)
            }
            #expect(error?.code == .otherFolder)
        }
        #expect(try site.files() == before)

        try site.database.run("UPDATE robbieblocks_pages SET content = 'new'")
        let report = try await buildDrafts(site, into: drafts)
        #expect(report.outcome == .published(release: 2) && report.diagnostics == [])
        #expect(report.pending > 0)
        let current = "\(drafts)/\(site.node)/current"
        let files = try site.files(in: current).mapValues { String(decoding: $0, as: UTF8.self) }
        for page in ["index.html", "draft/index.html", "404.html"] {
            #expect(files[page]?.contains(#"<meta name="robots" content="noindex"/>"#) == true)
        }
        #expect(files["sitemap.xml"] == nil && files["robots.txt"]?.contains("Sitemap") == false)
        #expect(try await site.build().pending == 0)

        // A watch that is started on it does not make it the home.
        let watch = try site.keeper { $0.output = drafts }
        await #expect(throws: Diagnostic.self) { try await watch.claim(holder: "watch") }
        try site.database.run("UPDATE robbieblocks_pages SET content = 'newer'")
        #expect(try await site.build().pending == 0)

        // Nor do published pages replace drafts by mistake.
        let error = await #expect(throws: Diagnostic.self) {
            try await site.build { $0.output = drafts }
        }
        #expect(error?.code == .otherFolder)
        try await site.build {
            $0.output = drafts
            $0.isForced = true
        }
        #expect(try site.files(in: current)["draft/index.html"] == nil)
        #expect(try site.files(in: current).keys.contains("sitemap.xml"))
        await #expect(throws: Diagnostic.self) { try await buildDrafts(site, into: drafts) }

        // The home stays the home when its folder is gone for a while.
        try FileManager.default.removeItem(atPath: site.output)
        await #expect(throws: Diagnostic.self) { try await buildDrafts(site, into: site.output) }
    }

    /// A watch of drafts reads what was committed since its last build, also when the builder of the
    /// published site has acknowledged it, and when it was committed late.
    @Test func aWatchOfDraftsFollowsEditsThatOthersAcknowledge() async throws {
        let site = try await TestSite(Self.rows + Rows.page("other", route: "/other/"))
        let drafts = try site.keeper {
            $0.includesDrafts = true
            $0.output = folder(of: site)
        }
        let live = try site.keeper()
        try await live.build(.reconciliation)
        try await drafts.build(.reconciliation)
        func text(_ page: String) throws -> String {
            let path = "\(folder(of: site))/\(site.node)/current/\(page)index.html"
            return try String(contentsOfFile: path, encoding: .utf8)
        }
        func edit(_ page: String, _ text: String) -> String {
            "UPDATE robbieblocks_pages SET content = '\(text)' WHERE page_key = '\(page)';"
        }
        let late = try site.database.connect()
        try late.run(script: "BEGIN;" + edit("other", "late"))
        try site.database.run(edit("home", "one") + edit("draft", "two"))
        try await live.build(.changes)
        let first = try await drafts.build(.changes)
        #expect(first.rendered == 2 && first.reused == 0 && first.pending == 0)
        #expect(try text("").contains("one") && text("draft/").contains("two"))
        try late.run(script: "COMMIT")
        try await live.build(.changes)
        #expect(try await drafts.build(.changes).rendered == 1)
        #expect(try text("other/").contains("late"))

        // What waits for a build by hand is there once that was made.
        let token =
            "UPDATE robbieblocks_style_tokens SET default_value = '99px' WHERE token_key = 'spacing.md';"
        try site.database.run(
            "SET robbieblocks.auto_deploy = off;" + token + edit("home", "by hand"))
        #expect(try await drafts.build(.changes).rendered == 0)
        try await site.build()
        #expect(try await drafts.build(.changes).rendered == 1)
        #expect(try text("").contains("by hand"))
        let sheet = "\(folder(of: site))/\(site.node)/current/assets/site.css"
        #expect(try String(contentsOfFile: sheet, encoding: .utf8).contains("99px"))
        #expect(try await drafts.build(.changes).rendered == 0)
    }

    /// The same project has one default folder, wherever in it a command is run.
    @Test func theDefaultFolderIsTheProjects() async throws {
        let site = try await TestSite(Self.rows, copiesTemplates: true)
        let folder = site.folder.path + "/deep/er"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        func run(_ arguments: String, in folder: String) throws -> Program.Result {
            try Program.run(
                "/bin/sh",
                ["-c", "cd '\(folder)' && exec '\(ProjectFolder.program)' \(arguments)"],
                environment: ["DATABASE_URL": site.database.url])
        }
        // Before the default folder is there, too.
        for (output, place) in [
            ("site-output", site.folder.path), ("./none/../site-output/", site.folder.path),
            ("../../site-output", folder),
        ] {
            let refused = try run("build --node acme --drafts --output \(output)", in: place)
            #expect(refused.status == 2, "\(output): \(refused.output)\(refused.errors)")
        }
        let first = try run("build --node acme --compression off", in: folder)
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("  \(site.folder.path)/site-output/acme/current\n"))
        #expect(try site.text("index.html").contains("<title>"))
        let again = try run("build --node acme --compression off", in: site.folder.path)
        #expect(again.output.contains("nothing has changed since release 1"))
        #expect(again.output.contains("  site-output/acme/current\n"))
        #expect(!again.errors.contains("warning"))
        let block = try run("nginx --node acme --domain a.example", in: folder)
        #expect(block.output.contains("\(site.folder.path)/site-output/acme/current"))
        let releases = try run("releases --node acme", in: folder)
        #expect(releases.status == 0 && releases.output.contains("live"), "\(releases.errors)")

        for arguments in [
            "--drafts", "--drafts --output ../../site-output", "--drafts --output d --take-over",
            "--output ''",
        ] {
            let refused = try run("build --node acme \(arguments)", in: folder)
            #expect(refused.status == 2, "\(arguments): \(refused.output)")
        }
        let drafts = try run("build --node acme --drafts --output here", in: folder)
        #expect(drafts.status == 0, "\(drafts.errors)")
        #expect(
            FileManager.default.fileExists(atPath: "\(folder)/here/acme/current/draft/index.html"))
        // A damaged folder with drafts is repaired as one.
        try FileManager.default.removeItem(atPath: "\(folder)/here/acme/objects")
        try FileManager.default.removeItem(atPath: "\(folder)/here/acme/trees")
        let verified = try run("verify --repair --node acme --output here", in: folder)
        #expect(verified.status == 0, "\(verified.errors)\(verified.output)")
        #expect(
            FileManager.default.fileExists(atPath: "\(folder)/here/acme/current/draft/index.html"))
    }
}
