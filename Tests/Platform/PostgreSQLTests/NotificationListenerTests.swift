import Foundation
import PostgreSQL
import System
import TestSupport
import Testing

/// A listener on a real server, and what can go wrong between them.
@Suite struct NotificationListenerTests {
    private typealias Events = AsyncStream<NotificationListener.Event>.Iterator

    private static let channel = "robbieblocks_change"

    /// Reads until a connection listens; whatever was lost before is passed over.
    private static func connect(_ events: inout Events) async {
        while let event = await events.next(isolation: #isolation) {
            if event == .connected { return }
        }
        Issue.record("the listener ended")
    }

    private static func expectLost(_ events: inout Events) async {
        guard case .lost(let error) = await events.next(isolation: #isolation) else {
            Issue.record("the connection was not lost")
            return
        }
        #expect(error.code == .connection)
    }

    @Test(.timeLimit(.minutes(1))) func hearsOfWhatIsCommitted() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        let listener = NotificationListener(to: database.target, channel: Self.channel)
        defer { listener.stop() }
        var events = listener.events.makeAsyncIterator()
        await Self.connect(&events)
        try editor.run("NOTIFY robbieblocks_change")
        #expect(await events.next(isolation: #isolation) == .notified)
        for _ in 0..<1000 { try editor.run("NOTIFY robbieblocks_change") }
        #expect(await events.next(isolation: #isolation) == .notified)
    }

    @Test(.timeLimit(.minutes(1))) func handsOutEachPayloadOnce() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        let listener = NotificationListener(
            to: database.target, channel: "nodes", payloadLimit: 3)
        defer { listener.stop() }
        var events = listener.events.makeAsyncIterator()
        await Self.connect(&events)
        #expect(listener.takePayloads() == [])
        try editor.run(script: "NOTIFY nodes, 'a'; NOTIFY nodes, 'b'; NOTIFY nodes, 'a'")
        #expect(await events.next(isolation: #isolation) == .notified)
        #expect(listener.takePayloads() == ["a", "b"])
        #expect(listener.takePayloads() == [])
        try editor.run(script: (1...4).map { "NOTIFY nodes, '\($0)';" }.joined())
        #expect(await events.next(isolation: #isolation) == .notified)
        #expect(listener.takePayloads() == nil)
        try editor.run(script: "NOTIFY nodes")
        #expect(await events.next(isolation: #isolation) == .notified)
        #expect(listener.takePayloads() == [""])
    }

    @Test(.timeLimit(.minutes(1))) func connectsAgainWhenItsSessionIsEnded() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        let listener = NotificationListener(to: database.target, channel: Self.channel)
        defer { listener.stop() }
        var events = listener.events.makeAsyncIterator()
        for _ in 0..<3 {
            await Self.connect(&events)
            try Self.endListeners(editor)
            await Self.expectLost(&events)
        }
        await Self.connect(&events)
        try editor.run("NOTIFY robbieblocks_change")
        #expect(await events.next(isolation: #isolation) == .notified)
    }

    @Test(.timeLimit(.minutes(1))) func noticesAConnectionThatDiedWithoutAWord() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        let proxy = try DatabaseProxy(to: database.target)
        defer { proxy.stop() }
        let listener = NotificationListener(to: proxy.target, channel: Self.channel)
        defer { listener.stop() }
        var events = listener.events.makeAsyncIterator()
        await Self.connect(&events)
        try editor.run("NOTIFY robbieblocks_change")
        #expect(await events.next(isolation: #isolation) == .notified)

        proxy.swallow()
        try editor.run("NOTIFY robbieblocks_change")
        await Self.expectLost(&events)
        await Self.connect(&events)
        try editor.run("NOTIFY robbieblocks_change")
        #expect(await events.next(isolation: #isolation) == .notified)
    }

    @Test(.timeLimit(.minutes(2))) func outlivesAServerThatCrashes() async throws {
        let server = try TestDatabase.startServer(hasSchema: false)
        defer { _ = try? server.stop() }
        let listener = NotificationListener(to: server.target, channel: Self.channel)
        defer { listener.stop() }
        var events = listener.events.makeAsyncIterator()
        await Self.connect(&events)
        guard case .running(let process) = server.status() else {
            Issue.record("the server does not run")
            return
        }
        // What `pg_ctl stop -m immediate` does.
        kill(Int32(process), SIGQUIT)
        await Self.expectLost(&events)
        // Nobody is there; it goes on trying.
        await Self.expectLost(&events)
        try await waitUntil("the server has stopped") { server.status() == .stopped }
        try server.start()
        await Self.connect(&events)
        try Connection(to: server.target).run("NOTIFY robbieblocks_change")
        #expect(await events.next(isolation: #isolation) == .notified)
    }

    @Test(.timeLimit(.minutes(1))) func endsWhenItIsStopped() async throws {
        let database = try await TestDatabase()
        let editor = try database.connect()
        let listener = NotificationListener(to: database.target, channel: Self.channel)
        var events = listener.events.makeAsyncIterator()
        await Self.connect(&events)
        listener.stop()
        listener.stop()
        #expect(await events.next(isolation: #isolation) == nil)
        // Its connection is closed, too. The server needs a moment to see that.
        try await waitUntil("its connection is closed") { try Self.listenerCount(editor) == 0 }
    }

    @Test(.timeLimit(.minutes(1))) func endsWithTheTaskThatReadsIt() async throws {
        let nowhere = ConnectionTarget(settings: ["host": "/nonexistent", "dbname": "x"])
        let listener = NotificationListener(to: nowhere, channel: Self.channel)
        let reader = Task {
            var count = 0
            for await event in listener.events {
                if case .lost = event { count += 1 }
                if count == 2 { withUnsafeCurrentTask { $0?.cancel() } }
            }
            return count
        }
        #expect(await reader.value >= 2)
    }

    private static func listenerCount(_ connection: Connection) throws -> Int {
        try connection.run(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)[0].value(0)
    }

    private static func endListeners(_ connection: Connection) throws {
        try connection.run(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
    }
}
