import Foundation
import PostgreSQL
import System
import TestSupport
import Testing

/// `robbieblocks dev` as a whole: from rows and files to the events for a browser.
@Suite(.timeLimit(.minutes(2))) struct DevTests {
    /// The program on a project of the test's own, whose files it may break.
    private struct Session {
        let site: TestSite
        let project: TestFolder
        let program: RunningProgram
        let output: String
        private let reserved: ReservedPort
        var port: Int { reserved.port }

        init(_ options: String..., rows: String = "") async throws {
            site = try await TestSite(
                Rows.component("card", code: "export default () => <p>card</p>")
                    + Rows.page("home", route: "/", content: "first")
                    + Rows.block(on: "home", "card") + rows)
            project = try TestFolder()
            for name in ["templates", "branding"] {
                try FileManager.default.copyItem(
                    atPath: ProjectFolder.path + "/" + name, toPath: project.path + "/" + name)
            }
            try project.link(".robbieblocks", to: ProjectFolder.path + "/.robbieblocks")
            reserved = try ReservedPort()
            let port = reserved.port
            output = options.contains("--drafts") ? project.path + "/drafts" : site.output
            program = try RunningProgram(
                [
                    "dev", "--node", site.node, "--output", output, "--port", "\(port)",
                    "--compression", "off",
                ] + options,
                database: site.database.url, environment: ["ROBBIEBLOCKS_HOME": project.path])
            try await program.waitFor("acme is at http://127.0.0.1:\(port)/")
            try await program.waitFor("release 1")
        }

        /// The events for a browser that connects now.
        func events() async throws -> EventReader {
            let reader = try await EventReader.open(port: port, query: "?release=1")
            _ = try await reader.next("database")
            return reader
        }

        func text(_ path: String) async throws -> String {
            try await HTTPClient(port: port).send("GET", path).text
        }

        /// Changes a file of the project as an editor saves it.
        func edit(_ file: String, _ change: (String) -> String) throws {
            let text = try String(contentsOfFile: project.path + "/" + file, encoding: .utf8)
            try project.write(file, change(text))
        }
    }

    @Test func aTemplateAndABrandingFileAreSeenAsSoonAsTheyAreSaved() async throws {
        let session = try await Session()
        let events = try await session.events()
        try session.edit("templates/document.tsx") {
            $0.replacingOccurrences(of: "<body", with: "<body data-edited=\"yes\"")
        }
        #expect(try await events.next("release").contains("index.html"))
        #expect(try await session.text("/").contains(#"data-edited="yes""#))

        try session.project.write("branding/acme/tokens.json", #"{"spacing.md": "17px"}"#)
        #expect(try await events.next("release").contains("assets/site.css"))
        #expect(try await session.text("/assets/site.css").contains("17px"))
        // A warning is counted, on the pages that have it.
        try session.site.database.run("UPDATE robbieblocks_pages SET content = '[a](/noe/)'")
        let warned = try await events.next("faults")
        #expect(warned.contains(#""errors":0"#) && warned.contains(#""warnings":1"#), "\(warned)")
        #expect(warned.contains(#""files":["index.html"]"#), "\(warned)")
        #expect(try await session.program.terminate() == .exited(0))
    }

    /// A build whose rows are in order knows nothing of a file that could not be read.
    @Test func aFaultIsShownUntilItsOwnPlaceIsMended() async throws {
        let session = try await Session()
        let events = try await session.events()
        let themes = try ProjectFolder.text(of: "branding/themes.json")
        try session.project.write("branding/themes.json", "{")
        #expect(try await events.next("faults").contains(#""errors":1"#))
        try await session.program.waitFor("templates and branding are unchanged")

        let database = session.site.database
        try database.run("UPDATE robbieblocks_pages SET content = 'second'")
        #expect(try await events.next("release").contains("index.html"))
        try database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () => <p>'")
        let both = try await events.next("faults")
        try #require(both.contains("branding/themes.json"))
        #expect(both.contains("syntax-error"))

        // At a held node nothing is checked, so no error counts as fixed.
        #expect(
            try Program.robbieblocks(
                "rollback", "--node", session.site.node, "--output", session.site.output
            ).status == 0)
        try database.run("UPDATE robbieblocks_pages SET content = 'third'")
        try await session.program.waitFor("held at release 1")
        try session.project.write("branding/themes.json", themes)
        let left = try await events.next("faults")
        #expect(!left.contains("branding/themes.json"))
        #expect(left.contains("syntax-error"))
        #expect(try await session.program.terminate() == .exited(0))
    }

    /// Drafts are shown beside the published site, whose builder works on; its edits are seen, too.
    @Test func draftsAreShownBesideThePublishedSite() async throws {
        let draft = Rows.page("draft", route: "/draft/", content: "unripe", status: "draft")
        let session = try await Session("--drafts", rows: draft)
        #expect(try await session.text("/draft/").contains("unripe"))
        #expect(session.program.output.contains("without chat: the site has drafts"))
        let site = session.site
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, database: site.database.url)
        try await watch.waitFor("release 1,")
        #expect(try site.files()["draft/index.html"] == nil)
        for text in ["second", "third"] {
            try site.database.run(
                "UPDATE robbieblocks_pages SET content = '\(text)' WHERE page_key = 'home'")
            try await waitUntil("both show '\(text)'") {
                try await session.text("/").contains(text) && site.text("index.html").contains(text)
            }
        }
        try site.database.run(
            "UPDATE robbieblocks_pages SET content = 'riper' WHERE page_key = 'draft'")
        try await waitUntil("the draft is shown") {
            try await session.text("/draft/").contains("riper")
        }
        let home = try site.database.connect().run(
            "SELECT location FROM robbieblocks_folders WHERE is_home"
        ).map { try $0.value(0, as: String.self) }
        #expect(home.count == 1 && home[0].hasSuffix("site-output/acme"), "\(home)")
        // A build of drafts is not a deploy.
        let deploys = try site.database.connect().run(
            "SELECT count(*) FROM robbieblocks_deploys WHERE release > 3")[0]
        #expect(try deploys.value(0, as: Int.self) == 0)
        #expect(try await watch.terminate() == .exited(0))
        #expect(try await session.program.terminate() == .exited(0))
    }

    /// A port that the call names is the one, or an error; the usual one has others behind it.
    @Test func aTakenPortIsNamed() async throws {
        let session = try await Session()
        for command in ["dev", "serve"] {
            let result = try Program.robbieblocks(
                command, "--node", session.site.node, "--output", session.site.output, "--port",
                "\(session.port)", database: session.site.database.url)
            #expect(result.status == 3)
            #expect(
                result.errors.contains(
                    "is in use by robbieblocks (process \(session.program.process.identifier))"),
                "\(result.errors)")
            #expect(result.errors.contains("--port 0"))
        }
        // The default port is in use, by this test or another process.
        let silent = try? SilentPort(8080)
        let others = try RunningProgram(
            "serve", "--node", session.site.node, "--output", session.site.output,
            database: session.site.database.url)
        try await others.waitFor("acme is at http://127.0.0.1:80")
        #expect(!others.output.contains(":8080/"))
        #expect(others.output.contains("port 8080 is in use by "))
        #expect(try await others.terminate() == .exited(0))
        withExtendedLifetime(silent) {}
        #expect(try await session.program.terminate() == .exited(0))
    }

    /// Each page hears of what concerns it: which files a fault is about.
    @Test func aFaultNamesThePagesThatItConcerns() async throws {
        let session = try await Session(rows: Rows.page("other", route: "/other/"))
        let events = try await session.events()
        try session.site.database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () =>\n  <p>'")
        let fault = try await events.next("faults")
        #expect(fault.contains(#""files":["index.html"]"#), "\(fault)")
        #expect(fault.contains(#""pages":["home"]"#) && fault.contains(#""errors":1,"#))
        #expect(fault.contains(#""lines":["export default () =>","  <p>"]"#))
        // A page that is new and fails has no file yet; it would be here.
        try session.site.database.run(
            Rows.page("new", route: "/new/", layout: "none"))
        let both = try await events.next("faults")
        #expect(both.contains(#""files":["new/index.html"]"#), "\(both)")
        #expect(try await session.program.terminate() == .exited(0))
    }
}
