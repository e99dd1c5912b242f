import Foundation
import PostgreSQL
import SystemSupport
import TestSupport
import Testing

/// The commands around releases and watching, as their users meet them.
@Suite struct CommandTests {
    private static let rows =
        Rows.component("card", code: "export default () => <p>card</p>")
        + Rows.page("home", route: "/", content: "first") + Rows.page("about", route: "/about/")
        + Rows.block(on: "about", "card")

    private func run(_ site: TestSite, _ arguments: String...) throws -> Program.Result {
        try Program.run(
            ProjectFolder.program,
            arguments + ["--node", site.node, "--output", site.output],
            environment: [
                "DATABASE_URL": site.database.url, "ROBBIEBLOCKS_HOME": ProjectFolder.path,
            ])
    }

    @Test func aReleaseCanBeExplainedAndReturnedTo() async throws {
        let site = try await TestSite(Self.rows)
        #expect(try run(site, "build").output.contains("release 1, 3 of 3 pages rendered"))
        try site.database.run(
            """
            UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'home';
            UPDATE robbieblocks_components SET react_code = 'export default () => <p>new</p>';
            """)
        #expect(try run(site, "build").output.contains("release 2, 2 of 3 pages rendered"))
        #expect(try run(site, "build").output.contains("nothing has changed since release 2"))

        let why = try run(site, "why", "/about/")
        #expect(why.output.contains("release 2"))
        #expect(why.output.contains("component 'card' changed"))
        #expect(why.output.contains("depends on its own rows, component 'card'"))
        #expect(try run(site, "why", "/about/", "--release", "1").output.contains("page is new"))
        let typo = try run(site, "why", "/abuot/")
        #expect(typo.status == 2)
        #expect(typo.errors.contains("did you mean '/about/'?"))

        #expect(try run(site, "rollback").output.contains("release 1 is live, and held"))
        #expect(try site.text("index.html").contains("first"))
        try site.database.run("UPDATE robbieblocks_pages SET content = 'third'")
        let held = try run(site, "build")
        #expect(held.status == 1)
        #expect(held.output.contains("held at release 1 since a rollback"))
        #expect(try run(site, "releases").output.contains("held at release 1"))
        let status = try run(site, "status")
        #expect(status.output.contains("held     at release 1"))
        #expect(!status.output.contains("pending  0 edits"))

        #expect(try run(site, "rollback", "2").output.contains("release 2 is live"))
        #expect(try run(site, "rollback", "7").status != 0)
        #expect(try run(site, "rollback", "x").status == 2)
        #expect(try run(site, "resume").status == 0)
        #expect(try run(site, "build").output.contains("release 3"))
        #expect(try site.text("index.html").contains("third"))
        #expect(try run(site, "releases").output.hasPrefix("live  3"))
    }

    @Test func aWatchTellsWhatItDoesAndEndsWhenAsked() async throws {
        let site = try await TestSite(Self.rows)
        let port = try NginxServer.freePort()
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, "--metrics", "\(port)",
            "--json", database: site.database.url)
        try await watch.waitFor(#""event":"published""#)
        try site.database.run(LiveSite.edit("home", "live at once"))
        try await watch.waitFor(#""event":"published""#, times: 2)
        #expect(try site.text("index.html").contains("live at once"))
        try site.database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () => <p>'")
        try await watch.waitFor("syntax-error")

        let metrics = try await HTTPClient(port: port).send(
            "GET", "/metrics", headers: [:], body: [])
        #expect(metrics.text.contains(#"robbieblocks_releases_total{node="acme"} 2"#))
        #expect(metrics.text.contains(#"robbieblocks_failing_pages{node="acme"} 1"#))

        let status = try run(site, "status", "--json")
        #expect(status.status == 1)
        #expect(status.output.contains(#""page":"about""#))
        #expect(status.output.contains(#""pending":1"#))
        #expect(status.output.contains(#""isRunning":true"#))

        #expect(try await watch.terminate() == .exited(0))
        #expect(try run(site, "status").output.contains("none is running"))
        let deploys = try site.database.connect().run(
            """
            SELECT deploy_status, triggered_by, length(build_hash), error_message IS NULL
            FROM robbieblocks_deploys ORDER BY started_at, completed_at
            """
        ).map { row in
            [try row.value(0, as: String.self), try row.value(1, as: String.self)]
        }
        #expect(deploys.first?.first == "success")
        #expect(deploys.contains(["success", "page_change"]))
        #expect(deploys.last == ["failed", "component_update"])
    }

    @Test func aPreviewFollowsTheDatabase() async throws {
        let site = try await TestSite(Self.rows)
        let port = try NginxServer.freePort()
        let dev = try RunningProgram(
            "dev", "--node", site.node, "--output", site.output, "--port", "\(port)",
            database: site.database.url)
        try await dev.waitFor("acme is at http://127.0.0.1:\(port)/")
        try await dev.waitFor("release 1")
        try site.database.run(LiveSite.edit("home", "seen in the browser"))
        try await dev.waitFor("release 2")
        let page = try await HTTPClient(port: port).send("GET", "/", headers: [:], body: [])
        #expect(page.text.contains("seen in the browser"))
        #expect(page.text.contains("/_robbieblocks/live.js"))
        #expect(!(try site.text("index.html").contains("_robbieblocks")))
        #expect(try await dev.terminate() == .exited(0))
    }
}
