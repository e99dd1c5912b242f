import Foundation
import PostgreSQL
import SystemSupport
import TestSupport
import Testing

/// `robbieblocks dev` as a whole: rows and files on one side, what a browser is told on the other.
@Suite(.timeLimit(.minutes(2))) struct DevTests {
    /// The program on a project of the test's own, whose files it may break.
    private struct Session {
        let site: TestSite
        let project: TestFolder
        let program: RunningProgram
        let port: Int

        init() async throws {
            site = try await TestSite(
                Rows.component("card", code: "export default () => <p>card</p>")
                    + Rows.page("home", route: "/", content: "first")
                    + Rows.block(on: "home", "card"))
            project = try TestFolder()
            for name in ["templates", "branding"] {
                try FileManager.default.copyItem(
                    atPath: ProjectFolder.path + "/" + name, toPath: project.path + "/" + name)
            }
            try project.link(".robbieblocks", to: ProjectFolder.path + "/.robbieblocks")
            port = try NginxServer.freePort()
            program = try RunningProgram(
                [
                    "dev", "--node", site.node, "--output", site.output, "--port", "\(port)",
                    "--compression", "off",
                ],
                database: site.database.url, environment: ["ROBBIEBLOCKS_HOME": project.path])
            try await program.waitFor("acme is at http://127.0.0.1:\(port)/")
            try await program.waitFor("release 1")
        }

        /// What a browser that connects now is told from here on.
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
        #expect(try await session.program.terminate() == .exited(0))
    }

    /// A build whose rows are in order knows nothing of a file that could not be read.
    @Test func aFaultIsShownUntilItsOwnPlaceIsMended() async throws {
        let session = try await Session()
        let events = try await session.events()
        let themes = try ProjectFolder.text(of: "branding/themes.json")
        try session.project.write("branding/themes.json", "{")
        #expect(try await events.next("faults").contains(#""errors":1"#))
        try await session.program.waitFor("templates and branding stay as they were")

        let database = session.site.database
        try database.run("UPDATE robbieblocks_pages SET content = 'second'")
        #expect(try await events.next("release").contains("index.html"))
        try database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () => <p>'")
        let both = try await events.next("faults")
        try #require(both.contains("branding/themes.json"))
        #expect(both.contains("syntax-error"))

        // At a node that is held nothing is looked at, and nothing is mended.
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
}
