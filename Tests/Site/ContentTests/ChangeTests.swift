import Content
import FoundationEssentials
import PostgreSQL
import System
import TestSupport
import Testing

/// Pending changes, by node.
@Suite struct ChangeTests {
    private let database: TestDatabase
    private let editor: Connection
    private let store: ContentStore

    init() async throws {
        database = try await TestDatabase()
        editor = try database.connect()
        try editor.run(
            script: """
                INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps)
                VALUES ('red', 'Red', '{work}'), ('blue', 'Blue', '{work,play}');
                """ + Rows.page("desk", route: "/work/", app: "work")
                    + Rows.page("game", route: "/play/", app: "play")
                    + "DELETE FROM robbieblocks_change_triggers;")
        store = ContentStore(of: database.target)
    }

    private func edit(_ page: String) throws {
        try editor.run(
            """
            UPDATE robbieblocks_pages SET content = coalesce(content, '') || 'x'
            WHERE page_key = \(page)
            """)
    }

    private func pending(_ node: String) async throws -> [Change] {
        try await store.pendingChanges(of: node, limit: 1000).changes
    }

    private func count(_ condition: String) throws -> Int {
        try editor.run(
            "SELECT count(*) FROM robbieblocks_change_triggers WHERE \(unsafeSQL: condition)")[0]
            .value(0)
    }

    /// What kinds of changes there are rows of.
    private func kinds() throws -> [String] {
        try editor.run(
            "SELECT trigger_type FROM robbieblocks_change_triggers ORDER BY trigger_type"
        ).map { try $0.value(0) }
    }

    @Test func namesTheNodesThatHaveChanges() async throws {
        for node in ["red", "blue"] { _ = try await store.claim(node: node, holder: "a") }
        #expect(try await store.nodesWithPendingChanges() == [])
        try edit("game")
        #expect(try await store.nodesWithPendingChanges() == ["blue"])
        try edit("desk")
        #expect(try await store.nodesWithPendingChanges().sorted() == ["blue", "red"])
        try await store.acknowledge(try await pending("blue").map(\.id), node: "blue", release: 1)
        #expect(try await store.nodesWithPendingChanges() == ["red"])
        try await store.acknowledge(try await pending("red").map(\.id), node: "red", release: 1)
        try editor.run("SET robbieblocks.auto_deploy = off")
        try edit("game")
        #expect(try await store.nodesWithPendingChanges() == [])
    }

    @Test func buildersTakeTurnsWithConnections() async throws {
        let turns = StoreTurns(on: database.target, count: 2)
        let (first, second) = (try await turns.take(), try await turns.take())
        #expect(first !== second)
        let third = Task { try await turns.take() }
        try await waitUntil("one waits") { await turns.waitingCount == 1 }
        let cancelled = Task { try await turns.take() }
        try await waitUntil("two wait") { await turns.waitingCount == 2 }
        cancelled.cancel()
        let urgent = Task { try await turns.take(isUrgent: true) }
        try await waitUntil("three wait") { await turns.waitingCount == 3 }
        await turns.give(first)
        #expect(try await urgent.value === first)
        await turns.give(second)
        #expect(try await third.value === second)
        await turns.give(first)
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(try await turns.take() === first)
    }

    @Test func isPendingForEveryNodeUntilThatNodeAcknowledgesIt() async throws {
        _ = try await store.claim(node: "red", holder: "a")
        _ = try await store.claim(node: "blue", holder: "a")
        try edit("desk")
        try edit("game")
        let red = try await pending("red")
        #expect(red.map(\.triggerType) == ["page_update"])
        #expect(red.map(\.subject.table) == [.pages])
        #expect(red.map(\.autoDeploys) == [true])
        let blue = try await pending("blue")
        #expect(blue.count == 2)
        #expect(blue.first == red.first)

        let lags = try await store.acknowledge(red.map(\.id), node: "red", release: 7)
        #expect(lags.count == 1)
        #expect(lags.allSatisfy { $0 >= 0 && $0 < 60_000 })
        #expect(try await pending("red").isEmpty)
        #expect(try await pending("blue") == blue)
        #expect(try count("processed_at IS NOT NULL") == 0)

        // Acknowledging twice is as good as once.
        try await store.acknowledge(red.map(\.id), node: "red", release: 7)
        try await store.acknowledge(blue.map(\.id), node: "blue", release: 1)
        #expect(try await pending("blue").isEmpty)
        #expect(try count("processed_at IS NOT NULL") == 2)
        let row = try editor.run(
            """
            SELECT acknowledged_by FROM robbieblocks_change_triggers
            WHERE affected_apps = '{work}'
            """)[0]
        #expect(try row.value(0, as: [String].self) == ["red", "blue"])
    }

    @Test func isProcessedWithoutTheNodesThatNobodyBuilds() async throws {
        _ = try await store.claim(node: "red", holder: "a")
        try edit("desk")
        try await store.acknowledge(try await pending("red").map(\.id), node: "red", release: 1)
        #expect(try count("processed_at IS NOT NULL") == 1)
    }

    /// Numbers and times are given when a row is written, not when it is committed.
    @Test func keepsWhatWasWrittenEarlierAndCommittedLater() async throws {
        let slow = try database.connect()
        try slow.run("BEGIN")
        try slow.run("UPDATE robbieblocks_pages SET content = 'slow' WHERE page_key = 'game'")
        try edit("desk")
        let first = try await pending("blue")
        #expect(first.count == 1)
        try await store.acknowledge(first.map(\.id), node: "blue", release: 1)
        try slow.run("COMMIT")
        let second = try await pending("blue")
        #expect(second.count == 1)
        let (early, late) = (try #require(second.first), try #require(first.first))
        #expect(early.createdAt <= late.createdAt)
    }

    /// The editor's transaction did not know yet that the node has the app.
    @Test func concernsANodeThatWasGivenTheAppMeanwhile() async throws {
        let slow = try database.connect()
        try slow.run("BEGIN")
        try slow.run("UPDATE robbieblocks_pages SET content = 'slow' WHERE page_key = 'game'")
        try editor.run(
            "UPDATE robbieblocks_node_branding SET enabled_apps = '{play}' WHERE node_id = 'red'")
        try await store.acknowledge(try await pending("red").map(\.id), node: "red", release: 1)
        #expect(try await pending("red").isEmpty)
        try slow.run("COMMIT")
        #expect(try await pending("red").map(\.triggerType) == ["page_update"])
    }

    @Test func concernsEveryNodeWhenItWasWrittenByHandAndNamesNone() async throws {
        try editor.run(
            """
            INSERT INTO robbieblocks_change_triggers (trigger_type, entity_type)
            VALUES ('page_update', 'page')
            """)
        #expect(try await pending("red").count == 1)
        #expect(try await pending("blue").count == 1)
    }

    @Test func showsWhatWaitsForAManualBuildLast() async throws {
        try editor.run("SET robbieblocks.auto_deploy = off")
        for _ in 0..<5 { try edit("desk") }
        try editor.run("SET robbieblocks.auto_deploy = on")
        for _ in 0..<5 { try edit("desk") }
        let some = try await store.pendingChanges(of: "red", limit: 7)
        #expect(!some.isComplete)
        #expect(some.changes.map(\.autoDeploys) == [true, true, true, true, true, false, false])
        let times = some.changes.prefix(5).map(\.createdAt)
        #expect(times == times.sorted())
        let all = try await store.pendingChanges(of: "red", limit: 10)
        #expect(all.isComplete && all.changes.count == 10)
    }

    @Test func prunesWhatIsDoneOrNobodysAffair() async throws {
        _ = try await store.claim(node: "red", holder: "a")
        try edit("game")  // Only blue has it, and nobody builds blue.
        try editor.run(
            """
            INSERT INTO robbieblocks_change_triggers
                (trigger_type, entity_type, affected_nodes, affected_apps, created_at, processed_at)
            VALUES ('done', 'page', '{red}', '{work}', now(), now() - interval '61 minutes'),
                ('just done', 'page', '{red}', '{work}', now(), now() - interval '59 minutes'),
                ('old', 'page', '{red}', '{work}', now() - interval '169 hours', NULL),
                ('old of blue', 'page', '{blue}', '{play}', now() - interval '169 hours', NULL)
            """)
        try await store.acknowledge([], node: "red", release: 1)
        #expect(try kinds() == ["just done", "old", "old of blue", "page_update"])
        let nobodys = "trigger_type IN ('old of blue', 'page_update') AND processed_at IS NOT NULL"
        #expect(try count(nobodys) == 2)
        #expect(try await pending("red").map(\.triggerType) == ["old"])
    }

    /// Its row is all that says so.
    @Test func keepsWhatWaitsForAManualBuildHoweverOldItIs() async throws {
        _ = try await store.claim(node: "red", holder: "a")
        try editor.run(
            """
            INSERT INTO robbieblocks_change_triggers
                (trigger_type, entity_type, affected_nodes, affected_apps, created_at, auto_deploy)
            VALUES ('for red', 'page', '{red}', '{work}', now() - interval '1 year', false),
                ('for blue', 'page', '{blue}', '{play}', now() - interval '1 year', false)
            """)
        try await store.acknowledge([], node: "red", release: 1)
        #expect(try kinds() == ["for blue", "for red"])
        #expect(try count("processed_at IS NULL") == 2)
        try await store.acknowledge(try await pending("red").map(\.id), node: "red", release: 2)
        #expect(try count("trigger_type = 'for red' AND processed_at IS NOT NULL") == 1)
    }

    @Test(arguments: [false, true])
    func forgetsWhatABuilderThatIsGoneHasNotSeen(isRunning: Bool) async throws {
        _ = try await store.claim(node: "red", holder: "a")
        let other = ContentStore(of: database.target)
        _ = try await other.claim(node: "blue", holder: "b")
        if !isRunning { await other.disclaim(node: "blue") }
        try editor.run(
            script: """
                SET session_replication_role = replica;
                UPDATE robbieblocks_builders SET updated_at = now() - interval '31 days'
                    WHERE node_id = 'blue';
                INSERT INTO robbieblocks_change_triggers
                    (trigger_type, entity_type, affected_nodes, affected_apps, created_at)
                VALUES ('old', 'page', '{blue}', '{play}', now() - interval '169 hours'),
                    ('not so old', 'page', '{blue}', '{play}', now() - interval '167 hours');
                """)
        try await store.acknowledge([], node: "red", release: 1)
        #expect(try kinds() == (isRunning ? ["not so old", "old"] : ["not so old"]))
        #expect(try await pending("blue").count == (isRunning ? 2 : 1))
    }

    @Test func acknowledgesForManyNodesAtOnce() async throws {
        let nodes = ["red", "blue"]
        let stores = nodes.map { _ in ContentStore(of: database.target) }
        for (store, node) in zip(stores, nodes) {
            _ = try await store.claim(node: node, holder: "x")
        }
        for _ in 0..<200 { try edit("desk") }
        let ids = try await pending("red").map(\.id)
        #expect(ids.count == 200)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (store, node) in zip(stores, nodes) {
                for part in 0..<4 {
                    let some = ids.filter { _ in true }.shuffled().prefix(150)
                    group.addTask {
                        try await store.acknowledge(
                            part == 3 ? ids : Array(some), node: node, release: part)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try count("processed_at IS NOT NULL AND cardinality(acknowledged_by) = 2") == 200)
    }

    /// A transaction may be open for long before anybody can see what it wrote.
    @Test func countsTheLagFromTheCommitWhereTheServerKeepsIt() async throws {
        let server = try TestDatabase.startServer(settings: ["track_commit_timestamp": "on"])
        defer { _ = try? server.stop() }
        let editor = try Connection(to: server.target)
        let store = ContentStore(of: server.target)
        try editor.run(
            script: """
                INSERT INTO robbieblocks_node_branding (node_id, node_name)
                VALUES ('red', 'Red'), ('blue', 'Blue');
                DELETE FROM robbieblocks_change_triggers;
                """)
        for node in ["red", "blue"] { _ = try await store.claim(node: node, holder: "x") }
        try editor.run(
            script: "BEGIN;" + Rows.page("desk", route: "/")
                + "SELECT pg_sleep(0.5); COMMIT;")
        let changes = try await store.pendingChanges(of: "red", limit: 10).changes
        let first = try await store.acknowledge(changes.map(\.id), node: "red", release: 1)
        let second = try await store.acknowledge(changes.map(\.id), node: "blue", release: 1)
        let age = try editor.run(
            """
            SELECT (extract(epoch FROM clock_timestamp() - created_at) * 1000)::float8
            FROM robbieblocks_change_triggers
            """)[0].value(0, as: Double.self)
        #expect(first.count == 1 && second.count == 1)
        #expect(age - second[0] >= 500)
        #expect(second[0] >= first[0])
    }
}
