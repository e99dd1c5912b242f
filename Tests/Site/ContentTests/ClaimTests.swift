import Content
import Core
import PostgreSQL
import TestSupport
import Testing

/// Who may build a node, and what is remembered of it.
@Suite struct ClaimTests {
    private let database: TestDatabase
    private let editor: Connection

    init() async throws {
        database = try await TestDatabase()
        editor = try database.connect()
        try editor.run(
            script: """
                INSERT INTO robbieblocks_node_branding (node_id, node_name, enabled_apps)
                VALUES ('red', 'Red', '{work}'), ('blue', 'Blue', '{play}');
                """ + Rows.page("desk", route: "/work/", app: "work")
                    + "DELETE FROM robbieblocks_change_triggers;")
    }

    private func endOtherSessions() throws {
        try editor.run(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
    }

    @Test func givesANodeToOneBuilderAtATime() async throws {
        let (first, second) = (
            ContentStore(of: database.target), ContentStore(of: database.target)
        )
        let generation = try #require(try await first.claim(node: "red", holder: "first"))
        #expect(try await second.claim(node: "red", holder: "second") == nil)
        #expect(try await second.claim(node: "blue", holder: "second") == 1)
        try await first.verifyClaim(node: "red", generation: generation)

        try endOtherSessions()
        #expect(try await second.claim(node: "red", holder: "second") == generation + 1)
        let error = await #expect(throws: Diagnostic.self) {
            try await first.verifyClaim(node: "red", generation: generation)
        }
        #expect(error?.code == .claimLost)
        // Connected again, it still has no right.
        _ = try await first.open()
        await first.close()
        await #expect(throws: Diagnostic.self) {
            try await first.verifyClaim(node: "red", generation: generation)
        }
        #expect(try await first.claim(node: "red", holder: "first") == nil)
        try await second.verifyClaim(node: "red", generation: generation + 1)

        await second.disclaim(node: "red")
        await #expect(throws: Diagnostic.self) {
            try await second.verifyClaim(node: "red", generation: generation + 1)
        }
        #expect(try await first.claim(node: "red", holder: "first") == generation + 2)
    }

    @Test func verifiesInTheMiddleOfASnapshot() async throws {
        let store = ContentStore(of: database.target)
        let generation = try #require(try await store.claim(node: "red", holder: "first"))
        _ = try await store.open()
        try await store.verifyClaim(node: "red", generation: generation)
        try endOtherSessions()
        await #expect(throws: Diagnostic.self) {
            try await store.verifyClaim(node: "red", generation: generation)
        }
    }

    @Test func countsAClaimThatIsRenewed() async throws {
        let store = ContentStore(of: database.target)
        #expect(try await store.claim(node: "red", holder: "one") == 1)
        #expect(try await store.claim(node: "red", holder: "two") == 2)
        await #expect(throws: Diagnostic.self) {
            try await store.verifyClaim(node: "red", generation: 1)
        }
        await store.disclaim(node: "red")
        #expect(try await ContentStore(of: database.target).claim(node: "red", holder: "x") == 3)
    }

    @Test func marksWhatAnEndedBuilderLeftUnfinished() async throws {
        let store = ContentStore(of: database.target)
        let next = ContentStore(of: database.target)
        _ = try await store.beginDeploy(node: "red", triggeredBy: "manual")
        let done = try await store.beginDeploy(node: "red", triggeredBy: "page_change")
        try await store.finishDeploy(
            done,
            as: Deploy(
                node: "red", status: .success, release: 3, buildHash: "ab", pages: 2,
                components: 1, buildMilliseconds: 5, deployMilliseconds: 6,
                triggeredBy: "page_change"))
        let other = try await store.beginDeploy(node: "blue", triggeredBy: "manual")
        try await next.completeDeploys(of: "red", live: nil, publishedAt: 0)
        var status = try await next.status(of: "red")
        #expect(status.deploys.map(\.deploy.status) == [.success, .building])

        try endOtherSessions()
        try await next.completeDeploys(of: "red", live: nil, publishedAt: 0)
        status = try await next.status(of: "red")
        #expect(status.deploys.map(\.deploy.status) == [.success, .failed])
        #expect(status.lastFailure?.deploy.error == "the builder ended before it was done")
        #expect(status.lastFailure?.completedAt != nil)
        #expect(try await next.status(of: "blue").deploys.map(\.id) == [other])
        #expect(try await next.status(of: "blue").deploys.map(\.deploy.status) == [.building])
    }

    @Test func writesTheRowThatALiveReleaseLacksOnce() async throws {
        let store = ContentStore(of: database.target)
        var deploy = Deploy(
            node: "red", status: .success, release: 3, buildHash: String(repeating: "a", count: 64),
            triggeredBy: "page_change")
        for _ in 0..<2 {
            try await store.completeDeploys(of: "red", live: deploy, publishedAt: 1_700_000_000_000)
        }
        var deploys = try await store.status(of: "red").deploys
        #expect(deploys.map(\.deploy) == [deploy])
        #expect(deploys.first?.startedAt == 1_700_000_000_000)

        // Its builder was alive, and only slow.
        deploy.pages = 7
        try await store.recordDeploy(deploy)
        try await store.completeDeploys(of: "red", live: deploy, publishedAt: 0)
        deploys = try await store.status(of: "red").deploys
        #expect(deploys.map(\.deploy) == [deploy])
    }

    @Test func recordsADeployWithAllThatIsKnownOfIt() async throws {
        let store = ContentStore(of: database.target)
        let deploy = Deploy(
            node: "red", status: .failed, buildHash: String(repeating: "a", count: 64), pages: 10,
            components: 4, buildMilliseconds: 1500, deployMilliseconds: 20,
            error: "page 'desk': there is no layout 'odd'", log: "two\nlines",
            triggeredBy: "schedule")
        try await store.recordDeploy(deploy)
        let status = try await store.status(of: "red")
        #expect(status.deploys.map(\.deploy) == [deploy])
        let recorded = try #require(status.lastFailure)
        #expect(recorded.deploy == deploy)
        #expect(try #require(recorded.completedAt) - recorded.startedAt == 1520)
    }

    @Test func saysHowANodeStands() async throws {
        let store = ContentStore(of: database.target)
        var status = try await store.status(of: "red")
        #expect(status.builder == nil && status.pending == 0 && status.lag == nil)
        #expect(status.oldestPendingAge == nil)

        _ = try await store.claim(node: "red", holder: "here:1")
        try editor.run("UPDATE robbieblocks_pages SET content = 'x'")
        try editor.run(
            """
            INSERT INTO robbieblocks_components (component_key, component_name, component_type)
            VALUES ('part', 'Part', 'ui')
            """)
        try editor.run("SET robbieblocks.auto_deploy = off")
        try editor.run("UPDATE robbieblocks_pages SET content = 'y'")
        try editor.run(
            "UPDATE robbieblocks_change_triggers SET created_at = created_at - interval '1 minute'")
        status = try await store.status(of: "red")
        // The first edit of the page waits since the second one does.
        #expect(status.pending == 1 && status.waiting == 2)
        #expect(status.waitingRows.map(\.kind) == ["page"])
        #expect(status.waitingRows.map(\.byHand) == [1])
        #expect(status.waitingRows.map(\.automatic) == [1])
        #expect(try #require(status.oldestPendingAge) >= 60_000)
        #expect(status.builder?.holder == "here:1" && status.builder?.generation == 1)
        #expect(status.builder?.isRunning == true && status.builder?.release == nil)

        let changes = try await store.pendingChanges(of: "red", limit: 10).changes
        try await store.acknowledge(changes.map(\.id), node: "red", release: 4)
        status = try await store.status(of: "red")
        #expect(status.pending == 0 && status.waiting == 0)
        #expect(status.builder?.release == 4 && status.builder?.releasedAt != nil)
        let lag = try #require(status.lag)
        #expect(lag.count == 3 && lag.last >= 60_000 && lag.worst >= lag.median)

        try endOtherSessions()
        let watcher = ContentStore(of: database.target)
        #expect(try await watcher.status(of: "red").builder?.isRunning == false)
    }

    @Test func keepsTheLagsOfTheLastHundredChanges() async throws {
        let store = ContentStore(of: database.target)
        _ = try await store.claim(node: "red", holder: "a")
        for round in 1...3 {
            for _ in 0..<60 {
                try editor.run("UPDATE robbieblocks_pages SET content = content || 'x'")
            }
            try editor.run("UPDATE robbieblocks_pages SET content = \("\(round)")")
            let changes = try await store.pendingChanges(of: "red", limit: 1000).changes
            try await store.acknowledge(changes.map(\.id), node: "red", release: round)
        }
        #expect(try await store.status(of: "red").lag?.count == 100)
    }
}
