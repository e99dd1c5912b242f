import Core
import Foundation
import PostgreSQL
import SiteModel
import System
import TestSupport
import Testing

/// The commands around releases, as their users meet them.
@Suite struct CommandTests {
    @Test func aReleaseCanBeExplainedAndReturnedTo() async throws {
        let site = try await TestSite(CommandSite.rows)
        #expect(try site.command("build").output.contains("release 1, 3 of 3 pages rendered"))
        try site.database.run(
            """
            UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'home';
            UPDATE robbieblocks_components SET react_code = 'export default () => <p>new</p>';
            """)
        #expect(try site.command("build").output.contains("release 2, 2 of 3 pages rendered"))
        #expect(try site.command("build").output.contains("nothing has changed since release 2"))

        let why = try site.command("why", "/about/")
        #expect(why.output.contains("release 2"))
        #expect(why.output.contains("component 'card' changed"))
        #expect(why.output.contains("depends on its own rows, component 'card'"))
        #expect(try site.command("why", "/about/", "--release", "1").output.contains("page is new"))
        for text in ["about", "about/", "/about", "https://a.example/about/?x=1#top"] {
            let found = try site.command("why", text)
            #expect(found.output == why.output, "\(text): \(found.errors)")
        }
        for (text, hint) in [
            ("abuot", "did you mean '/about/'?"), ("bout", "did you mean '/about/'?"),
            ("hme", "did you mean '/'?"), ("qqqqqq", "it has 3 pages"),
        ] {
            let near = try site.command("why", text)
            #expect(near.status == 2)
            #expect(near.errors.contains(hint), "\(text): \(near.errors)")
        }
        let typo = try site.command("why", "/abuot/")
        #expect(typo.status == 2)
        #expect(typo.errors.contains("did you mean '/about/'?"))

        #expect(try site.command("rollback").output.contains("release 1 is live, and held"))
        #expect(try site.text("index.html").contains("first"))
        try site.database.run("UPDATE robbieblocks_pages SET content = 'third'")
        let held = try site.command("build")
        #expect(held.status == 3)
        #expect(held.output.contains("held at release 1 since a rollback"))
        let resume = "run: robbieblocks resume --node acme --output \(site.output)\n"
        #expect(held.output.contains(resume))
        for command in ["releases", "status"] {
            #expect(try site.command(command).output.contains(resume), "\(command)")
        }
        #expect(try site.command("releases").output.contains("held at release 1"))
        let status = try site.command("status")
        #expect(status.output.contains("held     at release 1"))
        #expect(!status.output.contains("pending  0 edits"))

        #expect(try site.command("rollback", "2").output.contains("release 2 is live"))
        let kept = try site.command("rollback", "7")
        #expect(kept.status == 2)
        let here = "--node acme --output \(site.output)\n"
        #expect(kept.errors.contains("run: robbieblocks releases " + here))
        for command in ["serve", "releases", "verify"] {
            let nowhere = try Program.robbieblocks(
                command, "--node", "acme", "--output", "/nowhere", database: site.database.url)
            let build = "run: robbieblocks build --node acme --output /nowhere\n"
            #expect(nowhere.errors.contains(build), "\(command)")
            let typo = try Program.robbieblocks(
                command, "--node", "amce", database: site.database.url)
            #expect(typo.status == 2 && typo.errors.contains("did you mean 'acme'?"), "\(typo)")
        }
        #expect(try site.command("rollback", "x").status == 2)
        #expect(try site.command("resume").status == 0)
        #expect(try site.command("build").output.contains("release 3"))
        #expect(try site.text("index.html").contains("third"))
        #expect(try site.command("releases").output.contains("\nlive  3  "))
        #expect(try site.command("releases").output.contains("  a build by hand\n"))
    }

    /// A release is explained as it was, also where the newest one knows better or no more.
    @Test func anOlderReleaseIsExplained() async throws {
        let site = try await TestSite(CommandSite.rows)
        try await site.build()
        try site.database.run(
            """
            DELETE FROM robbieblocks_page_blocks;
            UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'about';
            """)
        try await site.build()

        let newest = try site.command("why", "/about/")
        #expect(newest.output.contains("\n  depends on its own rows, "))
        #expect(!newest.output.contains("component 'card'"))
        let older = try site.command("why", "/about/", "--release", "1")
        #expect(older.output.contains("release 1"))
        #expect(!older.output.contains("release 2  "))
        #expect(older.output.contains("\n  as of release 2, depends on its own rows, "))
        let facts = try CommandSite.json(site.command("why", "/about/", "--release", "1", "--json"))
        #expect(facts["page"]?.string == "about")
        #expect(facts["file"]?.string == "about/index.html")
        #expect(facts["release"]?.number == 1)
        #expect(facts["dependenciesAsOf"]?.number == 2)
        #expect(facts["renderings"]?.array?.map { $0["release"]?.number } == [1])
        #expect(facts["renderings"]?.array?.first?["reason"]?.string == "the page is new")

        try site.database.run("DELETE FROM robbieblocks_pages WHERE page_key = 'about'")
        try await site.build()
        let gone = try site.command("why", "/about/")
        #expect(gone.status == 2)
        #expect(gone.errors.contains("'/about/' is not in the newest release"))
        let kept = try site.command("why", "/about/", "--release", "2")
        #expect(kept.status == 0)
        #expect(kept.output.contains("release 2  "))
        #expect(kept.output.contains("not in the newest release; its dependencies"))
        let bare = try CommandSite.json(site.command("why", "/about/", "--release", "2", "--json"))
        #expect(bare["renderings"]?.array?.map { $0["release"]?.number } == [2, 1])
        #expect(bare["dependsOn"] == nil && bare["dependenciesAsOf"] == nil)

        let typo = try site.command("why", "/abuot/", "--release", "2")
        #expect(typo.status == 2)
        #expect(typo.errors.contains("did you mean '/about/'?"))
        #expect(try site.command("why", "/about/", "--release", "9").errors.contains("not kept"))

        let releases = try CommandSite.json(site.command("releases", "--json")).array ?? []
        #expect(releases.map { $0["release"]?.number } == [3, 2, 1])
        #expect(releases.map { $0["isLive"]?.bool } == [true, false, false])
        #expect(releases.map { $0["cause"]?.string } == ["manual", "manual", "manual"])
        #expect(releases.allSatisfy { $0["buildHash"]?.string?.count == 64 })

        let back = try CommandSite.json(site.command("rollback", "2", "--json"))
        #expect(back["release"]?.number == 2 && back["heldRelease"]?.number == 2)
        #expect(back["wasHeld"]?.bool == false && back["buildHash"] == releases[1]["buildHash"])
        for wasHeld in [true, false] {
            let resumed = try CommandSite.json(site.command("resume", "--json"))
            #expect(resumed["wasHeld"]?.bool == wasHeld && resumed["heldRelease"] == nil)
            #expect(resumed["node"]?.string == site.node && resumed["pages"] == back["pages"])
        }
    }

    /// What shells ask for: quick, quiet, and nothing that a shell would take apart.
    @Test func shellsAreOfferedNodesReleasesAndRoutes() async throws {
        let site = try await TestSite(
            CommandSite.rows + Rows.page("odd", route: "/a&b/")
                + """
                INSERT INTO robbieblocks_node_branding (node_id, node_name)
                VALUES ('acme-two', 'Two');
                """)
        try await site.build()
        try site.database.run(LiveSite.edit("home", "second"))
        try await site.build()
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
        // Before a node is given, the sites in the folder are those that may be meant.
        #expect(try offered("routes", "--output", site.output, "--", "/ab") == "/about/\n")
        #expect(try offered("releases", "--output", site.output) == "2\n1\n")
        #expect(try offered("routes", "--output", site.output + "/none") == "")
        #expect(try offered("apps").contains("shared\n"))
        #expect(try offered("layouts", "--", "single") == "single-column\n")
        #expect(try offered("limits", "--", "api-cost") == "api-cost-per-day=10\n")
        // No database, and one that accepts a connection and never answers.
        #expect(try offered("nodes", database: "postgresql://nobody@127.0.0.1:1/none") == "")
        let silent = try SilentPort()
        #expect(
            try offered("nodes", database: "postgresql://u@127.0.0.1:\(silent.port)/x") == "")
    }

    /// Without a build, the counts are still reported.
    @Test func anUnchangedBuildTellsTheNumbersOfTheSite() async throws {
        let site = try await TestSite(CommandSite.rows)
        let first = try CommandSite.json(site.command("build", "--json")).array?.first
        let again = try CommandSite.json(site.command("build", "--json")).array?.first
        #expect(again?["outcome"]?.string == "unchanged")
        for name in ["pages", "files", "bytes"] {
            #expect(try #require(first?[name]?.number) > 0)
            #expect(again?[name]?.number == first?[name]?.number, "\(name)")
        }
        let text = try site.command("build").output
        #expect(text.contains("  3 pages, "))
        // Refused, and held.
        try site.database.run("UPDATE robbieblocks_pages SET layout_template = 'none'")
        let refused = try CommandSite.json(site.command("build", "--json")).array?.first
        #expect(refused?["outcome"]?.string == "refused")
        #expect(refused?["files"]?.number == first?["files"]?.number)
    }

    /// One fault of a row that pages share is one line; a folder with another database's site has none of
    /// this one's, and neither `dev` nor `watch` hides why.
    @Test func statusTellsSharedFaultsOnceAndOtherDatabasesAtAll() async throws {
        let site = try await TestSite(
            CommandSite.rows
                + Rows.component("foot", code: "export default () => <p>f</p>")
                + Rows.frame("foot", "foot", zone: "footer")
                + Rows.frame("foot-home", "foot", zone: "footer", layout: "single-column"))
        #expect(try site.command("build").status == 0)
        let why = try site.command("why", "/about/").output
        #expect(
            why.contains("frame row 'foot-home' (component 'foot'), instead of 'foot'"), "\(why)")
        try site.database.run(
            "UPDATE robbieblocks_components SET react_code = 'export default () => nope.x' "
                + "WHERE component_key = 'foot'")
        #expect(try site.command("build", "--keep-going").status == 1)
        let status = try site.command("status").output
        let failing = status.split(separator: "\n").filter { $0.hasPrefix("  failing ") }
        #expect(failing.count == 1 && status.contains("  failing  3 pages ("), "\(status)")

        let other = try await TestSite(CommandSite.rows)
        // A copy of a database is the same one.
        try other.database.run("UPDATE robbieblocks_database SET id = gen_random_uuid()")
        let folder = ["--node", site.node, "--output", site.output]
        func run(_ arguments: String...) throws -> Program.Result {
            try Program.run(
                ProjectFolder.program, arguments + folder,
                environment: [
                    "DATABASE_URL": other.database.url, "ROBBIEBLOCKS_HOME": ProjectFolder.path,
                ])
        }
        let mixed = try run("status")
        #expect(mixed.status == 3 && !mixed.output.contains("  live "), "\(mixed)")
        #expect(mixed.output.contains("has the site of another database"))
        let force = "robbieblocks build --node acme --output \(site.output) --force\n"
        #expect(mixed.output.contains(force))
        let dev = try run("dev", "--port", "0")
        #expect(dev.status == 3 && dev.errors.contains(force), "\(dev)")
        let watch = try RunningProgram(["watch"] + folder, database: other.database.url)
        try await watch.waitFor(force)
        #expect(try await watch.terminate() == .exited(0))
        // A watch in another folder moves the node's home, and says so.
        let moved = try RunningProgram(
            "watch", "--node", site.node, "--output", site.folder.path + "/moved",
            database: site.database.url)
        try await moved.waitFor("is the node's home from now on")
        let away = try site.command("status").output
        #expect(away.contains(": edits count as live there, not in this folder"), "\(away)")
        #expect(try await moved.terminate() == .exited(0))
    }

    /// A fixed error is no longer reported, whichever build finds that it is fixed.
    @Test func statusForgetsWhatIsFixed() async throws {
        let site = try await TestSite(CommandSite.rows)
        #expect(try site.command("build").status == 0)
        // A page that fails before it was ever published, and whose row goes.
        try site.database.run(
            Rows.component("broken", code: "export default () => <p>")
                + Rows.page("new", route: "/new/") + Rows.block(on: "new", "broken"))
        #expect(try site.command("build", "--keep-going").status == 1)
        let failing = try site.command("status")
        #expect(failing.status == 1)
        #expect(failing.output.contains("  failing  new since "))
        #expect(failing.output.contains("  home     "))
        #expect(failing.output.contains("  failed   last at "))
        try site.database.run("DELETE FROM robbieblocks_pages WHERE page_key = 'new'")
        #expect(try site.command("build").status == 0)
        var fixed = try site.command("status")
        #expect(fixed.status == 0 && !fixed.output.contains("fail"), "\(fixed.output)")

        // An edit that is refused, and taken back: nothing is left to publish.
        try site.database.run("UPDATE robbieblocks_pages SET layout_template = 'none'")
        #expect(try site.command("build").status == 1)
        let refused = try site.command("status")
        #expect(refused.status == 1 && refused.output.contains("  failed   last at "))
        try site.database.run("UPDATE robbieblocks_pages SET layout_template = 'single-column'")
        let watch = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, "--json",
            database: site.database.url)
        try await waitUntil("the failure is forgotten") {
            fixed = try site.command("status")
            return fixed.status == 0 && !fixed.output.contains("fail")
        }
        #expect(try await watch.terminate() == .exited(0))
    }
}
