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

    /// A watcher with nothing to do looks for changes every five seconds, and does no more.
    private func expectRest(_ events: WatchedEvents) async throws {
        let before = events.builds
        try await Task.sleep(for: .seconds(1))
        #expect(events.builds - before <= 2)
    }

    @Test func aPageIsLiveAtItsSecond() async throws {
        let site = try await TestSite(Self.rows)
        try await watching(site) { events in
            let published = try site.database.connect().run(
                """
                UPDATE robbieblocks_pages SET published_at = now() + interval '2 seconds'
                WHERE page_key = 'moved'
                RETURNING (extract(epoch FROM published_at) * 1000)::bigint
                """)[0].value(0, as: Int.self)
            let file = site.current + "/moved/index.html"
            try await waitUntil("the page is gone") {
                !FileManager.default.fileExists(atPath: file)
            }
            #expect(wallClockMilliseconds() < published)
            try await waitUntil("the page is live") { FileManager.default.fileExists(atPath: file) }
            let lag = wallClockMilliseconds() - published
            #expect(lag >= 0 && lag < 1500, "\(lag) ms")
            try await expectRest(events)
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
                try await waitUntil("'\(text)' is live", seconds: 3) {
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
            try await Task.sleep(for: .seconds(1.6))
            try await expectRest(events)
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
        try await watching(site) { events in
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
            try await Task.sleep(for: .seconds(2.1))
            try await expectRest(events)
            for page in ["moved", "broken", "waiting"] {
                #expect(try site.text("\(page)/index.html").contains("for a while"))
            }
            // Another page follows at its second all the same.
            try await waitUntil("the page has changed", seconds: 4) {
                !(try site.text("index.html").contains("for a while"))
            }
        }
    }
}
