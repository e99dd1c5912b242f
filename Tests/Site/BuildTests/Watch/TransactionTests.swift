import Build
import Foundation
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

/// The edits of one transaction are one release, whatever its order among others.
@Suite struct TransactionTests {
    /// The one that began first, with the lower number, commits last.
    @Test func whatBeginsEarlierAndCommitsLaterIsLiveToo() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/") + Rows.page("late", route: "/late/"))
        let live = try await LiveSite(site)
        let program = try live.program("watch")
        try await program.waitFor("release 1")

        let slow = try site.database.connect()
        try slow.run(script: "BEGIN;" + LiveSite.edit("late", "early number"))
        try site.database.run(LiveSite.edit("home", "late number"))
        try await live.waitFor("late number")
        try await waitUntil("the edit is acknowledged") { try live.pending() == 0 }
        #expect(!(try await live.text("/late/").contains("early number")))
        try slow.run("COMMIT")
        try await live.waitFor("early number", at: "/late/")
        #expect(try await live.text("/").contains("late number"))
        try await waitUntil("both edits are acknowledged") { try live.pending() == 0 }
        let isLater = try site.database.connect().run(
            """
            SELECT late.xmin::text::bigint < home.xmin::text::bigint
            FROM robbieblocks_pages AS late, robbieblocks_pages AS home
            WHERE late.page_key = 'late' AND home.page_key = 'home'
            """)[0].value(0, as: Bool.self)
        #expect(isLater)
        #expect(try await program.terminate() == .exited(0), "\(program.output)")
    }

    /// Edits committed during a build are one release after it.
    @Test func aBurstOfCommitsWhileABuildRunsIsOneRelease() async throws {
        let site = try await TestSite(
            Rows.page("home", route: "/") + Rows.page("about", route: "/about/"))
        let live = try await LiveSite(site)
        var rhythm = SiteWatcher.Rhythm()
        rhythm.rescan = 120_000
        try await watching(site, rhythm: rhythm) { events in
            try site.database.run(LiveSite.edit("home", "calm"))
            try await waitUntil("it is at rest") { events.published == [1, 2] }
            // The build of this edit reads its snapshot, and then waits until it may write.
            let folder = try SiteFolder(output: site.output, node: site.node)
            let draft = try folder.beginRelease()
            let admin = try site.database.connect()
            try admin.run(script: LiveSite.edit("about", "under way"))
            try await waitUntil("a build has its snapshot") {
                try admin.run(
                    """
                    SELECT count(*)::integer FROM pg_stat_activity
                    WHERE datname = current_database() AND state = 'idle in transaction'
                    """)[0].value(0, as: Int.self) == 1
            }
            for number in 1...20 { try admin.run(script: LiveSite.edit("home", "burst \(number)")) }
            draft.discard()
            try await live.waitFor("burst 20")
            try await waitUntil("all is acknowledged") { try live.pending() == 0 }
            try await waitUntil("the last build is told of") { events.published.count >= 4 }
            #expect(events.published == [1, 2, 3, 4])
            #expect(try await live.text("/about/").contains("under way"))
        }
    }

    @Test func tenThousandRowsOfOneTransactionAreOneRelease() async throws {
        let site = try await TestSite(
            Rows.component(
                "card", code: "export default ({ text }) => <p className=\"card\">{text}</p>")
                + Rows.page("home", route: "/")
                    + """
                    INSERT INTO robbieblocks_pages
                        (page_key, app_namespace, page_name, page_route, status)
                    SELECT 'p' || n, 'shared', 'p' || n, '/p' || n || '/', 'published'
                    FROM generate_series(1, 500) AS n;
                    INSERT INTO robbieblocks_page_blocks (page_id, component_id, block_order, props)
                    SELECT page.id, component.id, n, '{"text": "old"}'
                    FROM robbieblocks_pages AS page, robbieblocks_components AS component,
                        generate_series(1, 20) AS n WHERE page_key <> 'home';
                    """)
        let live = try await LiveSite(site)
        let program = try live.program("watch")
        try await live.waitFor("old", at: "/p500/", seconds: 60)
        try await waitUntil("the rows are acknowledged") { try live.pending() == 0 }

        // Row by row, as a program would.
        try site.database.run(
            """
            DO $do$ DECLARE row_id uuid; BEGIN
                FOR row_id IN SELECT id FROM robbieblocks_page_blocks LOOP
                    UPDATE robbieblocks_page_blocks SET props = '{"text": "new"}' WHERE id = row_id;
                END LOOP;
            END $do$;
            """)
        try await live.waitFor("new", at: "/p1/", seconds: 60)
        #expect(try await live.text("/p500/").components(separatedBy: "new").count == 21)
        #expect(!(try await live.text("/p250/").contains("old")))
        try await waitUntil("the rows are acknowledged") { try live.pending() == 0 }
        try await program.waitFor("release 2, 500 rendered")

        // A rolled-back edit is never published: the next release is that of the next edit.
        try site.database.run(
            "BEGIN; UPDATE robbieblocks_page_blocks SET props = '{\"text\": \"never\"}'; ROLLBACK;"
                + LiveSite.edit("home", "afterwards"))
        try await live.waitFor("afterwards")
        #expect(!(try await live.text("/p1/").contains("never")))
        try await program.waitFor("release 3, 1 rendered")
        #expect(program.count(of: "release ") == 3, "\(program.output)")
    }

    /// The page and a component that it places are edited together, again and again, while others
    /// look at both.
    @Test func noReleaseHoldsHalfATransaction() async throws {
        @Sendable func code(_ number: Int) -> String {
            "export default () => <p>part {\(number % 6)}</p>"
        }
        let site = try await TestSite(
            Rows.component("card", code: code(0)) + Rows.page("home", route: "/", content: "text 0")
                + Rows.block(on: "home", "card") + Rows.page("other", route: "/other/"))
        let live = try await LiveSite(site)
        @Sendable func halves(_ html: String) throws -> (Substring, Substring) {
            guard let text = html.firstMatch(of: /text (\d)/)?.1,
                let part = html.firstMatch(of: /part (?:<!-- -->)?(\d)/)?.1
            else { throw RunningProgram.Failure(description: "not the page: \(html)") }
            return (text, part)
        }
        try await watching(site, keptReleases: 1000) { events in
            for number in 1...100 {
                try site.database.run(
                    "BEGIN;" + LiveSite.edit("home", "text \(number % 6)")
                        + "UPDATE robbieblocks_components SET react_code = '\(code(number))'"
                        + " WHERE component_key = 'card'; COMMIT;")
                if number % 10 == 0 {
                    try await waitUntil("the edits are acknowledged") { try live.pending() == 0 }
                }
                // Some are grouped, some are not.
                if number % 3 != 0 { try await Task.sleep(for: .milliseconds(number % 7 * 5)) }
                let (text, part) = try halves(try await live.text("/"))
                #expect(text == part)
            }
            try await waitUntil("all is acknowledged") { try live.pending() == 0 }
            #expect(events.failures == [])
            #expect(events.published.count >= 10)
        }
        let folder = try SiteFolder(output: site.output, node: site.node)
        for release in try folder.releases() {
            guard let entry = try folder.manifest(of: release.number).files["index.html"] else {
                Issue.record("release \(release.number) has no home page")
                continue
            }
            var object = entry.digest.description
            object.insert("/", at: object.index(object.startIndex, offsetBy: 2))
            let html = try String(
                contentsOfFile: "\(folder.path)/objects/\(object)", encoding: .utf8)
            let (text, part) = try halves(html)
            #expect(text == part, "release \(release.number)")
        }
        let (text, part) = try halves(try await live.text("/"))
        #expect(text == "4" && part == "4")
    }
}
