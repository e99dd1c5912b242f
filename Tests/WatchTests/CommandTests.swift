import Foundation
import PostgreSQL
import SiteModel
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
        for text in ["about", "about/", "/about", "https://a.example/about/?x=1#top"] {
            let found = try run(site, "why", text)
            #expect(found.output == why.output, "\(text): \(found.errors)")
        }
        for (text, hint) in [
            ("abuot", "did you mean '/about/'?"), ("bout", "did you mean '/about/'?"),
            ("hme", "did you mean '/'?"), ("qqqqqq", "it has 3 pages"),
        ] {
            let near = try run(site, "why", text)
            #expect(near.status == 2)
            #expect(near.errors.contains(hint), "\(text): \(near.errors)")
        }
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

    /// A release is explained as it was, also where the newest one knows better or no more.
    @Test func anOlderReleaseIsExplained() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build(cache: LiveSite.cache)
        try site.database.run(
            """
            DELETE FROM robbieblocks_page_blocks;
            UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'about';
            """)
        try await site.build(cache: LiveSite.cache)

        let newest = try run(site, "why", "/about/")
        #expect(newest.output.contains("\n  depends on its own rows, "))
        #expect(!newest.output.contains("component 'card'"))
        let older = try run(site, "why", "/about/", "--release", "1")
        #expect(older.output.contains("release 1"))
        #expect(!older.output.contains("release 2  "))
        #expect(older.output.contains("\n  as of release 2, depends on its own rows, "))
        let facts = try json(run(site, "why", "/about/", "--release", "1", "--json"))
        #expect(facts["page"]?.string == "about")
        #expect(facts["file"]?.string == "about/index.html")
        #expect(facts["release"]?.number == 1)
        #expect(facts["dependenciesAsOf"]?.number == 2)
        #expect(facts["renderings"]?.array?.map { $0["release"]?.number } == [1])
        #expect(facts["renderings"]?.array?.first?["reason"]?.string == "the page is new")

        try site.database.run("DELETE FROM robbieblocks_pages WHERE page_key = 'about'")
        try await site.build(cache: LiveSite.cache)
        let gone = try run(site, "why", "/about/")
        #expect(gone.status == 2)
        #expect(gone.errors.contains("'/about/' is not in the newest release"))
        let kept = try run(site, "why", "/about/", "--release", "2")
        #expect(kept.status == 0)
        #expect(kept.output.contains("release 2  "))
        #expect(kept.output.contains("gone from the newest release"))
        let bare = try json(run(site, "why", "/about/", "--release", "2", "--json"))
        #expect(bare["renderings"]?.array?.map { $0["release"]?.number } == [2, 1])
        #expect(bare["dependsOn"] == nil && bare["dependenciesAsOf"] == nil)

        let typo = try run(site, "why", "/abuot/", "--release", "2")
        #expect(typo.status == 2)
        #expect(typo.errors.contains("did you mean '/about/'?"))
        #expect(try run(site, "why", "/about/", "--release", "9").errors.contains("not kept"))

        let releases = try json(run(site, "releases", "--json")).array ?? []
        #expect(releases.map { $0["release"]?.number } == [3, 2, 1])
        #expect(releases.map { $0["isLive"]?.bool } == [true, false, false])
        #expect(releases.map { $0["cause"]?.string } == ["manual", "manual", "manual"])
        #expect(releases.allSatisfy { $0["buildHash"]?.string?.count == 64 })
    }

    private func json(_ result: Program.Result) throws -> JSONValue {
        try JSONValue(parsing: result.output)
    }

    /// What shells ask for: quick, quiet, and nothing that a shell would take apart.
    @Test func shellsAreOfferedNodesReleasesAndRoutes() async throws {
        let site = try await TestSite(
            Self.rows + Rows.page("odd", route: "/a&b/")
                + """
                INSERT INTO robbieblocks_node_branding (node_id, node_name)
                VALUES ('acme-two', 'Two');
                """)
        try await site.build(cache: LiveSite.cache)
        try site.database.run(LiveSite.edit("home", "second"))
        try await site.build(cache: LiveSite.cache)
        func offered(_ arguments: String..., database: String? = nil) throws -> String {
            let result = try Program.run(
                ProjectFolder.program, ["complete"] + arguments,
                environment: [
                    "DATABASE_URL": database ?? site.database.url,
                    "ROBBIEBLOCKS_HOME": ProjectFolder.path,
                ])
            #expect(result.status == 0 && result.errors == "", "\(result)")
            return result.output
        }
        #expect(try offered("nodes") == "acme\nacme-two\n")
        #expect(try offered("nodes", "--", "acme-") == "acme-two\n")
        // Rows of an older database may have any id.
        try site.database.run(
            """
            ALTER TABLE robbieblocks_node_branding
                DROP CONSTRAINT robbieblocks_node_branding_node_id_check;
            INSERT INTO robbieblocks_node_branding (node_id, node_name)
            VALUES ('acme' || chr(155) || 'a', 'C1'), ('acme' || chr(8238), 'reversed'),
                ('acme-é', 'Accent');
            """)
        #expect(try offered("nodes") == "acme\nacme-two\nacme-é\n")
        let here = ["--node", "acme", "--output", site.output]
        #expect(try offered("releases", here[0], here[1], here[2], here[3]) == "2\n1\n")
        #expect(
            try offered("routes", here[0], here[1], here[2], here[3]) == "/\n/404/\n/about/\n")
        #expect(try offered("routes", "--node", "none", "--output", site.output) == "")
        #expect(try offered("routes") == "")
        // No database, and one that accepts a connection and never answers.
        #expect(try offered("nodes", database: "postgresql://nobody@127.0.0.1:1/none") == "")
        let silent = try SilentPort()
        let begin = monotonicMilliseconds()
        #expect(
            try offered("nodes", database: "postgresql://u@127.0.0.1:\(silent.port)/x") == "")
        #expect(monotonicMilliseconds() - begin < 10_000)
    }

    /// Nothing is built, and the numbers are told all the same.
    @Test func anUnchangedBuildTellsTheNumbersOfTheSite() async throws {
        let site = try await TestSite(Self.rows)
        let first = try json(run(site, "build", "--json")).array?.first
        let again = try json(run(site, "build", "--json")).array?.first
        #expect(again?["outcome"]?.string == "unchanged")
        for name in ["pages", "files", "bytes"] {
            #expect(try #require(first?[name]?.number) > 0)
            #expect(again?[name]?.number == first?[name]?.number, "\(name)")
        }
        let text = try run(site, "build").output
        #expect(text.contains("  3 pages, "))
        // Refused, and held.
        try site.database.run("UPDATE robbieblocks_pages SET layout_template = 'none'")
        let refused = try json(run(site, "build", "--json")).array?.first
        #expect(refused?["outcome"]?.string == "refused")
        #expect(refused?["files"]?.number == first?["files"]?.number)
    }

    /// What is fixed is not told for ever, whoever finds out that it is.
    @Test func statusForgetsWhatIsFixed() async throws {
        let site = try await TestSite(Self.rows)
        #expect(try run(site, "build").status == 0)
        // A page that fails before it was ever published, and whose row goes.
        try site.database.run(
            Rows.component("broken", code: "export default () => <p>")
                + Rows.page("new", route: "/new/") + Rows.block(on: "new", "broken"))
        #expect(try run(site, "build", "--keep-going").status == 1)
        let failing = try run(site, "status")
        #expect(failing.status == 1)
        #expect(failing.output.contains("  failing  new since "))
        #expect(failing.output.contains("  failed   last at "))
        try site.database.run("DELETE FROM robbieblocks_pages WHERE page_key = 'new'")
        #expect(try run(site, "build").status == 0)
        var fixed = try run(site, "status")
        #expect(fixed.status == 0 && !fixed.output.contains("fail"), "\(fixed.output)")

        // An edit that is refused, and taken back: nothing is left to publish.
        try site.database.run("UPDATE robbieblocks_pages SET layout_template = 'none'")
        #expect(try run(site, "build").status == 1)
        #expect(try run(site, "status").output.contains("  failed   last at "))
        try site.database.run("UPDATE robbieblocks_pages SET layout_template = 'single-column'")
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, "--json",
            database: site.database.url)
        try await waitUntil("the failure is forgotten") {
            fixed = try run(site, "status")
            return fixed.status == 0 && !fixed.output.contains("fail")
        }
        #expect(try await watch.terminate() == .exited(0))
    }

    /// A person hears of a fault once, and of what is fixed while something is left.
    @Test func aWatchTellsEachFaultOnce() async throws {
        let site = try await TestSite(
            Self.rows + Rows.page("more", route: "/more/") + Rows.block(on: "more", "card"))
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
        #expect(watch.count(of: "[syntax-error]") == 1, "\(watch.output)")
        #expect(watch.count(of: "cannot be used") == 0)
        #expect(try await watch.terminate() == .exited(0))
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
        let lag = try #require(try json(status).array?.first?["lag"])
        #expect(try #require(lag["edits"]?.number) >= 1)
        let (last, worst) = (lag["last"]?.number ?? -1, lag["worst"]?.number ?? -1)
        #expect(last > 0 && last <= worst && worst < 60_000)
        #expect(try run(site, "status").output.contains(" from edit to live, "))

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

    @Test func aWatchTellsThatFilesCannotBeReadAgain() async throws {
        let site = try await TestSite(Self.rows)
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
        #expect(watch.output.contains("branding/themes.json: the file is not JSON"))
        // What was read before is in use.
        try site.database.run(LiveSite.edit("home", "second"))
        try await watch.waitFor(#""event":"published""#, times: 2)
        #expect(try await watch.terminate() == .exited(0))
    }

    /// Edits that do not appear are a riddle unless the log says why, and it says so once.
    @Test func aWatchTellsThatASiteIsHeld() async throws {
        let site = try await TestSite(Self.rows)
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, database: site.database.url)
        try await watch.waitFor("release 1,")
        try site.database.run(LiveSite.edit("home", "second"))
        try await watch.waitFor("release 2,")
        #expect(try run(site, "rollback").status == 0)
        for text in ["third", "fourth"] {
            try site.database.run(LiveSite.edit("home", text))
            try await watch.waitFor("held at release 1 since a rollback")
        }
        #expect(try run(site, "resume").status == 0)
        try site.database.run(LiveSite.edit("home", "fifth"))
        try await watch.waitFor("held no longer")
        try await watch.waitFor("release 3,")
        #expect(watch.count(of: "held at release") == 1)
        #expect(!watch.output.contains("mended"))
        #expect(try await watch.terminate() == .exited(0))
    }

    /// No edit need follow, and nobody waits for the next look that the watcher takes by itself.
    @Test func whatIsPendingIsLiveAsSoonAsTheNodeIsResumed() async throws {
        let site = try await TestSite(Self.rows)
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, database: site.database.url)
        try await watch.waitFor("release 1,")
        try site.database.run(LiveSite.edit("home", "second"))
        try await watch.waitFor("release 2,")
        #expect(try run(site, "rollback").status == 0)
        try site.database.run(LiveSite.edit("home", "third"))
        try await watch.waitFor("held at release 1 since a rollback")
        #expect(try run(site, "resume").output.contains("a watch publishes at once"))
        try await watch.waitFor("release 3,", seconds: 3)
        #expect(try site.text("index.html").contains("third"))
        #expect(try await watch.terminate() == .exited(0))
    }

    @Test func aNodeIsResumedWithoutADatabase() async throws {
        let site = try await TestSite(Self.rows)
        #expect(try run(site, "build").status == 0)
        try site.database.run(LiveSite.edit("home", "second"))
        #expect(try run(site, "build").status == 0)
        #expect(try run(site, "rollback").status == 0)
        let resumed = try Program.robbieblocks(
            "resume", "--node", site.node, "--output", site.output,
            database: "postgresql://nobody@127.0.0.1:1/none")
        #expect(resumed.status == 0)
        #expect(resumed.output.contains("release 1 is live until the next one"))
        #expect(try run(site, "build").output.contains("release 3"))
    }

    @Test func oneWatchKeepsSeveralNodesLive() async throws {
        let site = try await TestSite(
            Self.rows
                + """
                INSERT INTO robbieblocks_node_branding (node_id, node_name) VALUES ('other', 'Other');
                """)
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--node", "other", "--output", site.output,
            database: site.database.url)
        try await watch.waitFor("release 1,", times: 2)
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
        let site = try await TestSite(Self.rows)
        let port = try NginxServer.freePort()
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, "--metrics", "\(port)",
            database: site.database.url)
        func expect(_ figures: [String: Int], _ location: SourceLocation = #_sourceLocation)
            async throws
        {
            // Three looks at what is known by now.
            for _ in 0..<3 {
                try site.database.run("NOTIFY robbieblocks_change")
                try await Task.sleep(for: .milliseconds(100))
            }
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

        #expect(try run(site, "rollback").status == 0)
        try site.database.run("NOTIFY robbieblocks_change")
        try await watch.waitFor("held at release 1")
        try await expect(["failures_total": 1, "failing_pages": 1, "release_number": 1])
        #expect(try run(site, "resume").status == 0)
        try await watch.waitFor("release 3,")

        try site.database.run("TRUNCATE robbieblocks_pages CASCADE")
        try await watch.waitFor("nothing was published")
        try await expect(["failures_total": 2, "failing_pages": 1, "release_number": 3])
        #expect(try await watch.terminate() == .exited(0))
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
        try await expectAnswer(about: "browser", from: port)
        #expect(try await dev.terminate() == .exited(0))
    }

    /// What is served for a look can be talked to, as behind nginx.
    @Test func aServedSiteAnswersItsVisitors() async throws {
        let site = try await TestSite(Self.rows)
        try site.database.run(LiveSite.edit("home", "The lighthouse is open on Sundays."))
        #expect(try run(site, "build").status == 0)
        let port = try NginxServer.freePort()
        let serve = try RunningProgram(
            "serve", "--node", site.node, "--output", site.output, "--port", "\(port)",
            database: site.database.url)
        try await serve.waitFor("acme is at http://127.0.0.1:\(port)/")
        try await expectAnswer(about: "lighthouse", from: port)
        let page = try await HTTPClient(port: port).send("GET", "/")
        #expect(page.text.contains("lighthouse"))
        let foreign = try await ask("lighthouse", port, headers: ["origin": "http://evil.example"])
        #expect(foreign.status == 403)
        #expect(try await serve.terminate() == .exited(0))
    }

    /// A site is shown without chat when there is no database; the reason is said.
    @Test func aSiteIsServedWithoutADatabase() async throws {
        let site = try await TestSite(Self.rows)
        #expect(try run(site, "build").status == 0)
        let port = try NginxServer.freePort()
        let serve = try RunningProgram(
            "serve", "--node", site.node, "--output", site.output, "--port", "\(port)",
            database: "postgresql://nobody@127.0.0.1:1/none")
        try await serve.waitFor("acme is at http://127.0.0.1:\(port)/")
        #expect(serve.output.contains("without chat: "))
        #expect(try await HTTPClient(port: port).send("GET", "/").status == 200)
        #expect(try await HTTPClient(port: port).send("GET", "/api/health").status == 404)
        #expect(try await serve.terminate() == .exited(0))
    }

    private func ask(
        _ word: String, _ port: Int, headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        try await HTTPClient(port: port).send(
            "POST", "/api/chat",
            headers: ["content-type": "application/json"].merging(headers) { _, given in given },
            body: Array(#"{"message":"What about the \#(word)?"}"#.utf8))
    }

    /// The pages are read in the background, so that the first answers may know nothing.
    private func expectAnswer(about word: String, from port: Int) async throws {
        var answer: HTTPAnswer?
        try await waitUntil("the chat quotes the page about \(word)", seconds: 20) {
            try await Task.sleep(for: .milliseconds(500))
            answer = try await ask(word, port)
            return answer?.text.contains(#""route":"/""#) == true
        }
        #expect(answer?.status == 200)
        #expect(answer?.text.contains(#""source":"retrieval""#) == true)
    }
}
