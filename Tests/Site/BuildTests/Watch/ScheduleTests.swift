import Build
import Foundation
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

/// What time alone changes.
@Suite struct ScheduleTests {
    private static let rows =
        Rows.component(
            "card", code: "export default ({ text }) => <p>{text}</p>",
            schema: #"{"text": {"type": "string"}}"#)
        + ["home", "moved", "broken", "waiting"].map {
            Rows.page($0, route: $0 == "home" ? "/" : "/\($0)/")
                + Rows.block(on: $0, "card", props: #"{"text": "for a while"}"#)
        }.joined()

    /// Shows the blocks of a page, or of all pages, until then.
    private static func show(for seconds: Double, on page: String? = nil) -> String {
        """
        UPDATE robbieblocks_page_blocks SET conditions = jsonb_build_object('until', to_char(
            (now() + interval '\(seconds) seconds') AT TIME ZONE 'UTC',
            'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
        """
            + (page.map {
                " WHERE page_id = (SELECT id FROM robbieblocks_pages WHERE page_key = '\($0)')"
            } ?? "") + ";"
    }

    /// Nothing but the time that is due finds a change: no rescan is.
    private static var unhurried: SiteWatcher.Rhythm {
        var rhythm = SiteWatcher.Rhythm()
        rhythm.rescan = 120_000
        return rhythm
    }

    /// A watcher with nothing to do looks when it is told to, and does no more.
    private func expectRest(_ events: WatchedEvents, of site: TestSite) async throws {
        let before = events.builds
        for look in 1...3 {
            try site.database.run("NOTIFY robbieblocks_change")
            try await waitUntil("it has looked") { events.builds >= before + look }
        }
        // A wake-up or two that came earlier.
        #expect(events.builds - before <= 5)
    }

    /// Waits until what `show` set is past.
    private static func waitForTheEnd(on page: String, of site: TestSite) async throws {
        let end = try site.database.connect().run(
            """
            SELECT (extract(epoch FROM (conditions ->> 'until')::timestamptz) * 1000)::bigint
            FROM robbieblocks_page_blocks JOIN robbieblocks_pages AS p ON p.id = page_id
            WHERE page_key = \(page)
            """)[0].value(0, as: Int.self)
        try await waitUntil("its time is over") { wallClockMilliseconds() > end }
    }

    @Test func aPageIsLiveAtItsSecond() async throws {
        let site = try await TestSite(Self.rows)
        try await watching(site, rhythm: Self.unhurried) { events in
            func publish(in interval: String) throws -> Int {
                try site.database.connect().run(
                    """
                    UPDATE robbieblocks_pages SET published_at = now() + \(interval)::interval
                    WHERE page_key = 'moved'
                    RETURNING (extract(epoch FROM published_at) * 1000)::bigint
                    """)[0].value(0, as: Int.self)
            }
            let file = site.current + "/moved/index.html"
            _ = try publish(in: "1 hour")
            try await waitUntil("the page is gone") {
                !FileManager.default.fileExists(atPath: file)
            }
            let published = try publish(in: "1 second")
            try await waitUntil("the page is live") { FileManager.default.fileExists(atPath: file) }
            #expect(wallClockMilliseconds() >= published)
            try await expectRest(events, of: site)
        }
    }

    /// A notification may be lost; what it was about is in the database.
    @Test func whatNobodyTellsOfIsFoundByTheTimer() async throws {
        let site = try await TestSite(Self.rows)
        var rhythm = SiteWatcher.Rhythm()
        rhythm.rescan = 1000
        try await watching(site, rhythm: rhythm, isDeaf: true) { events in
            for text in ["second", "third"] {
                try site.database.run(LiveSite.edit("home", text))
                try await waitUntil("'\(text)' is live") {
                    try site.text("index.html").contains(text)
                }
            }
            #expect(events.failures.isEmpty)
        }
    }

    @Test func nothingIsDueWhileTheSiteIsHeld() async throws {
        let site = try await TestSite(Self.rows)
        let folder = try SiteFolder(output: site.output, node: site.node)
        try await watching(site) { events in
            try site.database.run(Self.show(for: 1.5) + LiveSite.edit("home", "first"))
            try await waitUntil("the edit is live") {
                try site.text("index.html").contains("first")
            }
            try site.database.run(LiveSite.edit("home", "second"))
            try await waitUntil("another one is live") {
                try site.text("index.html").contains("second")
            }
            _ = try folder.rollBack(to: nil)
            try await Self.waitForTheEnd(on: "home", of: site)
            try await expectRest(events, of: site)
            #expect(try site.text("index.html").contains("for a while"))

            try folder.resume()
            try await waitUntil("what was due meanwhile is gone") {
                let text = try site.text("index.html")
                return text.contains("second") && !text.contains("for a while")
            }
        }
    }

    @Test func aPageThatCannotFollowIsNotDueAgainAndAgain() async throws {
        let site = try await TestSite(Self.rows)
        try await watching(site, rhythm: Self.unhurried) { events in
            try site.database.run(
                Self.show(for: 2) + Self.show(for: 4, on: "home") + LiveSite.edit("home", "first"))
            try await waitUntil("the edit is live") {
                try site.text("index.html").contains("first")
            }
            try site.database.run(
                """
                UPDATE robbieblocks_pages SET layout_template = 'none' WHERE page_key = 'moved';
                UPDATE robbieblocks_pages SET metadata = '[]' WHERE page_key = 'broken';
                SET robbieblocks.auto_deploy = off;
                UPDATE robbieblocks_pages SET content = 'later' WHERE page_key = 'waiting';
                """)
            try await Self.waitForTheEnd(on: "waiting", of: site)
            try await expectRest(events, of: site)
            for page in ["moved", "broken", "waiting"] {
                #expect(try site.text("\(page)/index.html").contains("for a while"))
            }
            // Another page follows at its second all the same.
            try await waitUntil("the page has changed") {
                !(try site.text("index.html").contains("for a while"))
            }
        }
    }
}
