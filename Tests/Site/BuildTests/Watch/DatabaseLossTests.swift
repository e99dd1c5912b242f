import Build
import Foundation
import PostgreSQL
import Synchronization
import System
import TestSupport
import Testing

/// The connection to the database is lost, or the database itself: what is committed goes live.
@Suite struct DatabaseLossTests {
    /// The server's process that serves the listener.
    private static func listener(on connection: Connection) throws -> Int32 {
        let rows = try connection.run(
            """
            SELECT pid FROM pg_stat_activity WHERE datname = current_database()
                AND pid <> pg_backend_pid() AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')
            """)
        guard rows.count == 1 else {
            throw RunningProgram.Failure(description: "\(rows.count) connections listen")
        }
        return Int32(try rows[0].value(0, as: Int.self))
    }

    /// Nothing but the listener finds these edits: no rescan is due.
    private static var unhurried: SiteWatcher.Rhythm {
        var rhythm = SiteWatcher.Rhythm()
        rhythm.rescan = 120_000
        return rhythm
    }

    @Test func theListenersConnectionIsTerminated() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        let live = try await LiveSite(site)
        try await watching(site, rhythm: Self.unhurried) { events in
            for round in 1...3 {
                let admin = try site.database.connect()
                let elsewhere = try Connection(to: site.database.target.database("postgres"))
                let name = site.database.target.settings["dbname"] ?? ""
                let listening = events.listening
                // No connection is accepted until the edit is committed.
                try elsewhere.run("ALTER DATABASE \(unsafeSQL: name) ALLOW_CONNECTIONS false")
                try admin.run(
                    "SELECT pg_terminate_backend(\(Int(Self.listener(on: admin)))::integer)")
                try await waitUntil("the watcher knows that it is deaf") { events.deaf >= round }
                try admin.run(script: LiveSite.edit("home", "round \(round)"))
                try elsewhere.run("ALTER DATABASE \(unsafeSQL: name) ALLOW_CONNECTIONS true")
                try await live.waitFor("round \(round)")
                // A build that an earlier wake-up asked for may have found the edit.
                try await waitUntil("the watcher listens again") { events.listening > listening }
            }
            // And notifications arrive again.
            try site.database.run(LiveSite.edit("home", "heard"))
            try await live.waitFor("heard")
            try await waitUntil("all is acknowledged") { try live.pending() == 0 }
        }
    }

    /// The live release is reported, whether the database records it or not.
    @Test func aReleaseIsToldBeforeItsAcknowledgementFails() async throws {
        let site = try await TestSite(Rows.page("home", route: "/"))
        try await watching(site, rhythm: Self.unhurried) { events in
            try site.database.run(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN RAISE EXCEPTION 'no room for this'; END $$;
                CREATE TRIGGER refuse BEFORE UPDATE ON robbieblocks_change_triggers
                    FOR EACH ROW EXECUTE FUNCTION refuse();
                """ + LiveSite.edit("home", "second"))
            try await waitUntil("the fault is told") { !events.failures.isEmpty }
            #expect(events.published == [1, 2])
            try site.database.run("DROP TRIGGER refuse ON robbieblocks_change_triggers")
            let live = try await LiveSite(site)
            try await waitUntil("all is acknowledged") { try live.pending() == 0 }
            #expect(events.published == [1, 2])
        }
    }

    /// The other side is there and says nothing any more, as when a network drops every packet.
    @Test func theListenersConnectionIsHalfOpen() async throws {
        // A process that is stopped keeps a whole server from making and dropping databases.
        let server = try TestDatabase.startServer()
        defer { _ = try? server.stop() }
        let site = try await TestSite(
            Rows.page("home", route: "/"), database: TestDatabase(on: server))
        let live = try await LiveSite(site)
        try await watching(site, rhythm: Self.unhurried) { events in
            let admin = try site.database.connect()
            let process = try Self.listener(on: admin)
            #expect(kill(process, SIGSTOP) == 0)
            defer { kill(process, SIGCONT) }
            try admin.run(script: LiveSite.edit("home", "said to nobody"))
            // Two minutes before the next look.
            try await live.waitFor("said to nobody")
            // A build that an earlier wake-up asked for may have found the edit.
            try await waitUntil("the watcher knows that it is deaf") { events.deaf > 0 }
            try admin.run(script: LiveSite.edit("home", "heard again"))
            try await live.waitFor("heard again")
        }
    }

    /// The server stops without a word in the middle of a storm of edits, and comes back.
    @Test func theServerCrashesInAnEditStorm() async throws {
        let server = try TestDatabase.startServer()
        defer { _ = try? server.stop() }
        let site = try await TestSite(
            (0..<6).map { Rows.page("p\($0)", route: "/p\($0)/") }.joined(),
            database: TestDatabase(on: server))
        let live = try await LiveSite(site)
        let url = "postgresql://robbieblocks@/robbieverse?host=\(server.socketFolder)"
        let program = try RunningProgram(
            "watch", "--node", site.node, "--output", site.output, "--compression", "off",
            database: url)
        try await program.waitFor("release 1")

        let storm = EditStorm()
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { storm.end() }
            group.addTask { try await storm.run(on: site.database.target) }
            for _ in 0..<3 {
                try await storm.waitForMore(60)
                guard case .running(let process) = server.status() else {
                    throw RunningProgram.Failure(description: "the server is not there")
                }
                // Immediate shutdown: no connection is told, nothing is written.
                kill(Int32(process), SIGQUIT)
                try await waitUntil("the server is gone") { server.status() == .stopped }
                try await storm.waitForFailure()
                try server.start()
            }
            try await storm.waitForMore(60)
            storm.end()
            try await group.waitForAll()
        }
        #expect(storm.failures > 0)
        try await waitUntil("every edit is live") {
            guard try live.pending() == 0 else { return false }
            let pages = try site.database.connect().run(
                "SELECT page_route, content FROM robbieblocks_pages")
            for index in 0..<pages.count {
                let text: String = try pages[index].value(1)
                guard try await live.text(try pages[index].value(0)).contains(">\(text)<") else {
                    return false
                }
            }
            return true
        }
        // A transaction that the server reported as committed is in the database, and so it is live.
        for (page, number) in storm.committed {
            let text = try await live.text("/p\(page)/")
            let shown = text.firstMatch(of: /edit (\d+)/).flatMap { Int($0.1) } ?? 0
            #expect(shown >= number, "p\(page)")
        }
        #expect(try await program.terminate() == .exited(0), "\(program.output)")
    }
}

/// Commits one edit after the other, whatever becomes of the server.
private final class EditStorm: Sendable {
    private struct State {
        var hasEnded = false
        /// Page → number of the last edit that the server called committed.
        var committed: [Int: Int] = [:]
        var count = 0
        var failures = 0
    }

    private let state = Mutex(State())

    var committed: [Int: Int] { state.withLock { $0.committed } }
    var failures: Int { state.withLock { $0.failures } }
    func end() { state.withLock { $0.hasEnded = true } }

    /// Waits until that many more edits are committed.
    func waitForMore(_ count: Int) async throws {
        let goal = state.withLock { $0.count } + count
        try await waitUntil("\(count) more edits are committed") {
            state.withLock { $0.count } >= goal
        }
    }

    /// Waits until an edit fails that was begun after this call.
    func waitForFailure() async throws {
        let goal = failures + 2
        try await waitUntil("edits fail") { failures >= goal }
    }

    func run(on target: ConnectionTarget) async throws {
        var connection: Connection?
        var number = 0
        while !state.withLock({ $0.hasEnded }) {
            number += 1
            let page = number % 6
            do {
                let open = try connection ?? Connection(to: target)
                connection = open
                try open.run(
                    """
                    UPDATE robbieblocks_pages SET content = \("edit \(number)")
                    WHERE page_key = \("p\(page)")
                    """)
                let edit = number
                state.withLock { state in
                    state.committed[page] = edit
                    state.count += 1
                }
            } catch {
                connection = nil
                state.withLock { $0.failures += 1 }
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .milliseconds(3))
        }
    }
}
