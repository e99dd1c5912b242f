import Build
import Core
import Foundation
import PostgreSQL
import SiteModel
import System
import TestSupport
import Testing

/// `watch`, and what holds and resumes it, as their users meet them.
@Suite struct WatchCommandTests {
    /// A person hears of a fault once, and of what is fixed while something is left.
    @Test func aWatchTellsEachFaultOnce() async throws {
        let site = try await TestSite(
            CommandSite.rows + Rows.page("more", route: "/more/") + Rows.block(on: "more", "card"))
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, database: site.database.url)
        try await watch.waitFor("release 1,")
        try site.database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () =>\n  <p>'")
        try await watch.waitFor("1 error\n")
        #expect(watch.output.contains("  on 2 pages: 'about' (block 1), 'more' (block 1)\n"))
        #expect(watch.output.contains("  > 2 |   <p>\n      |      ^\n"), "\(watch.output)")
        try site.database.run(
            "UPDATE robbieblocks_pages SET layout_template = 'none' WHERE page_key = 'home'")
        try await watch.waitFor("there is no layout 'none'")
        try site.database.run(
            "UPDATE robbieblocks_pages SET layout_template = 'single-column' WHERE page_key = 'home'"
        )
        try await watch.waitFor("1 error fixed, 1 left")
        try site.database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () => <p>x</p>'")
        try await watch.waitFor("all errors fixed")
        // Another message about one place fixes nothing; all errors of a block are reported at once.
        try site.database.run("UPDATE robbieblocks_page_blocks SET zone = 'mian'")
        try await watch.waitFor("there is no zone 'mian'", times: 2)
        try site.database.run(
            "UPDATE robbieblocks_page_blocks SET zone = 'mani', component_id = NULL")
        try await watch.waitFor("there is no zone 'mani'", times: 2)
        #expect(watch.count(of: "names no component that exists") == 2, "\(watch.output)")
        #expect(watch.count(of: " fixed") == 2, "\(watch.output)")
        try site.database.run("DELETE FROM robbieblocks_page_blocks")
        try await watch.waitFor("all errors fixed", times: 2)
        // A warning is reported once, with its page; `status` and a later build also list it.
        for (round, text) in ["[b](/noe/)", "[b](/noe/) again"].enumerated() {
            let count = watch.count(of: "live after")
            try site.database.run(LiveSite.edit("home", text))
            try await watch.waitFor("live after", times: count + 1)
            #expect(watch.count(of: "'/noe/' leads to no page") == 1, "\(round): \(watch.output)")
        }
        #expect(watch.output.contains("page 'home'\n  warning: "))
        #expect(try site.command("status").output.contains("  warning  home: content:"))
        let again = try site.command("build").output
        #expect(again.contains("1 warning about pages that were not rendered; to list them, run: "))
        #expect(again.contains("status --node acme --output \(site.output)\n"))
        // It ends when there is such a page.
        try site.database.run(Rows.page("noe", route: "/noe/"))
        try await waitUntil("the warning ends") {
            try !site.command("status").output.contains("warning")
        }
        #expect(watch.count(of: "[syntax-error]") == 1, "\(watch.output)")
        #expect(watch.count(of: "cannot be used") == 0)
        #expect(try await watch.terminate() == .exited(0))
    }

    @Test func aWatchTellsWhatItDoesAndEndsWhenAsked() async throws {
        let site = try await TestSite(CommandSite.rows)
        let reserved = try ReservedPort()
        let port = reserved.port
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

        let status = try site.command("status", "--json")
        #expect(status.status == 1)
        #expect(status.output.contains(#""page":"about""#))
        #expect(status.output.contains(#""pending":1"#))
        #expect(status.output.contains(#""isRunning":true"#))
        let lag = try #require(try CommandSite.json(status).array?.first?["lag"])
        #expect(try #require(lag["edits"]?.number) >= 1)
        let (last, worst) = (lag["last"]?.number ?? -1, lag["worst"]?.number ?? -1)
        #expect(last > 0 && last <= worst && worst < 60_000)
        #expect(try site.command("status").output.contains(" from edit to live, "))
        // A port in use is reported before anything is built.
        let second = try Program.robbieblocks(
            "watch", "--node", site.node, "--output", site.output, "--metrics", "\(port)",
            database: site.database.url)
        #expect(second.status == 3 && second.errors.contains("another port with --metrics"))
        #expect(!second.output.contains("another builder"), "\(second.output)")

        #expect(try await watch.terminate() == .exited(0))
        #expect(try site.command("status").output.contains("none is running"))
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

    @Test func aWatchTellsThatFilesCannotBeReadAgain() async throws {
        let site = try await TestSite(CommandSite.rows)
        let project = try TestFolder()
        for name in ["templates", "branding"] {
            try FileManager.default.copyItem(
                atPath: ProjectFolder.path + "/" + name, toPath: project.path + "/" + name)
        }
        try project.link(".robbieblocks", to: ProjectFolder.path + "/.robbieblocks")
        let watch = try RunningProgram(
            ["watch", "--node", site.node, "--output", site.output, "--json"],
            database: site.database.url, environment: ["ROBBIEBLOCKS_HOME": project.path])
        try await watch.waitFor(#""event":"published""#)
        try project.write("branding/themes.json", "{")
        watch.process.send(signal: SIGHUP)
        try await watch.waitFor(#""event":"not-reloaded""#)
        #expect(watch.output.contains("branding/themes.json:1:2: the file is not JSON"))
        try project.write("branding/themes.json", "{}")
        watch.process.send(signal: SIGHUP)
        try await watch.waitFor("templates and branding were reloaded")
        try site.database.run(LiveSite.edit("home", "second"))
        try await watch.waitFor(#""event":"published""#, times: 2)
        #expect(try await watch.terminate() == .exited(0))
    }

    /// Edits that do not appear are a riddle unless the log says why, and it says so once.
    @Test func aWatchTellsThatASiteIsHeld() async throws {
        let site = try await TestSite(CommandSite.rows)
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, database: site.database.url)
        try await watch.waitFor("release 1,")
        try site.database.run(LiveSite.edit("home", "second"))
        try await watch.waitFor("release 2,")
        #expect(try site.command("rollback").status == 0)
        for text in ["third", "fourth"] {
            try site.database.run(LiveSite.edit("home", text))
            try await watch.waitFor("held at release 1 since a rollback")
        }
        #expect(try site.command("resume").status == 0)
        try site.database.run(LiveSite.edit("home", "fifth"))
        try await watch.waitFor("no longer held")
        try await watch.waitFor("release 3,")
        #expect(watch.count(of: "held at release") == 1)
        #expect(!watch.output.contains("mended"))
        #expect(try await watch.terminate() == .exited(0))
    }

    /// Needs neither another edit nor the watcher's next periodic check.
    @Test func whatIsPendingIsLiveAsSoonAsTheNodeIsResumed() async throws {
        let site = try await TestSite(CommandSite.rows)
        var rhythm = SiteWatcher.Rhythm()
        rhythm.rescan = 120_000
        try await watching(site, rhythm: rhythm) { events in
            try site.database.run(LiveSite.edit("home", "second"))
            try await waitUntil("the edit is live") { events.published == [1, 2] }
            #expect(try site.command("rollback").status == 0)
            try site.database.run(LiveSite.edit("home", "third"))
            try await waitUntil("the watcher knows that the site is held") { events.held > 0 }
            let resumed = try site.command("resume")
            #expect(resumed.output.contains("a running watch publishes at once"))
            try await waitUntil("the edit is live") {
                try site.text("index.html").contains("third")
            }
        }
    }

    @Test func aNodeIsResumedWithoutADatabase() async throws {
        let site = try await TestSite(CommandSite.rows)
        #expect(try site.command("build").status == 0)
        try site.database.run(LiveSite.edit("home", "second"))
        #expect(try site.command("build").status == 0)
        #expect(try site.command("rollback").status == 0)
        let resumed = try Program.robbieblocks(
            "resume", "--node", site.node, "--output", site.output,
            database: "postgresql://nobody@127.0.0.1:1/none")
        #expect(resumed.status == 0)
        #expect(resumed.output.contains("release 1 is live until the next one"))
        #expect(try site.command("build").output.contains("release 3"))
    }

    @Test func oneWatchKeepsSeveralNodesLive() async throws {
        let site = try await TestSite(
            CommandSite.rows
                + """
                INSERT INTO robbieblocks_node_branding (node_id, node_name) VALUES ('other', 'Other');
                """)
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--node", "other", "--output", site.output,
            database: site.database.url)
        try await watch.waitFor("release 1,", times: 2)
        // The first to tell an error tells it for both.
        try site.database.run(Rows.page("odd", route: "odd"))
        try await watch.waitFor(" as on ")
        #expect(watch.count(of: "[bad-route]") == 1, "\(watch.output)")
        try site.database.run("DELETE FROM robbieblocks_pages WHERE page_key = 'odd'")
        try await watch.waitFor("all errors fixed", times: 2)
        try site.database.run(LiveSite.edit("home", "for all"))
        try await watch.waitFor("release 2,", times: 2)
        for node in [site.node, "other"] {
            let files = try site.files(in: "\(site.output)/\(node)/current")
            let page = String(decoding: files["index.html"] ?? [], as: UTF8.self)
            #expect(page.contains("for all"), "\(node)")
        }
        try await waitUntil("both have acknowledged it") {
            try site.database.connect().run(
                "SELECT count(*) FROM robbieblocks_change_triggers WHERE processed_at IS NULL")[0]
                .value(0, as: Int.self) == 0
        }
        #expect(try await watch.terminate() == .exited(0))
    }

    /// Looking again at what is known already is no failure, and a held site has the faults it had.
    @Test func theFiguresOfAWatchAreTrue() async throws {
        let site = try await TestSite(CommandSite.rows)
        let reserved = try ReservedPort()
        let port = reserved.port
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, "--metrics", "\(port)",
            database: site.database.url)
        let connection = try site.database.connect()
        /// Has the watch look at what is known by now, until a session of it is at rest again.
        func look() async throws {
            let before = try connection.run("SELECT clock_timestamp()::text")[0]
                .value(0, as: String.self)
            try connection.run("NOTIFY robbieblocks_change")
            try await waitUntil("the watch has looked") {
                try connection.run(
                    """
                    SELECT FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                        AND state = 'idle' AND query_start > \(before)::timestamptz
                        AND query NOT LIKE 'LISTEN%' AND query <> 'SELECT 1'
                    """
                ).count > 0
            }
        }
        func expect(_ figures: [String: Int], _ location: SourceLocation = #_sourceLocation)
            async throws
        {
            for _ in 0..<3 { try await look() }
            let text = try await HTTPClient(port: port).send("GET", "/metrics").text
            for (name, value) in figures {
                let line = "robbieblocks_\(name){node=\"acme\"} \(value)\n"
                #expect(text.contains(line), "\(text)", sourceLocation: location)
            }
            let published = text.split(separator: "\n").first {
                $0.hasPrefix("robbieblocks_last_release_timestamp_seconds{")
            }
            let seconds = published?.split(separator: " ").last.flatMap { Double($0) } ?? 0
            #expect(
                abs(seconds - Date().timeIntervalSince1970) < 60, sourceLocation: location)
        }
        try await watch.waitFor("release 1,")
        try site.database.run(LiveSite.edit("home", "second"))
        try await watch.waitFor("release 2,")
        // Three pages, the one for missing addresses among them.
        try await expect([
            "pages_rendered_total": 4, "pages_reused_total": 2, "failures_total": 0,
        ])
        try site.database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () => <p>'")
        try await watch.waitFor("syntax-error")
        try await expect(["failures_total": 1, "failing_pages": 1, "release_number": 2])

        #expect(try site.command("rollback").status == 0)
        try site.database.run("NOTIFY robbieblocks_change")
        try await watch.waitFor("held at release 1")
        try await expect(["failures_total": 1, "failing_pages": 1, "release_number": 1])
        #expect(try site.command("resume").status == 0)
        try await watch.waitFor("release 3,")

        try site.database.run("TRUNCATE robbieblocks_pages CASCADE")
        try await watch.waitFor("nothing was published")
        try await expect(["failures_total": 2, "failing_pages": 1, "release_number": 3])
        #expect(try await watch.terminate() == .exited(0))
    }
}
