import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import Content

/// The history of builds has a bound for each node, and keeps what is still needed.
@Suite struct DeployRetentionTests {
    @Test func keepsTheNewestOfANodeAndWhatIsLive() async throws {
        let database = try await TestDatabase()
        let kept = ContentStore.keptDeploys
        try database.run(
            """
            INSERT INTO robbieblocks_builders (node_id, release) VALUES ('a', 2);
            INSERT INTO robbieblocks_deploys (node_id, app_namespace, build_hash, release,
                deploy_status, triggered_by, started_at, is_build_record)
            SELECT node, 'all', kind, release, status, 'manual', now() - age * interval '1 minute', own
            FROM (
                SELECT 'a' AS node, 'new' AS kind, n + 100 AS release, 'success' AS status, n AS age,
                    true AS own FROM generate_series(1, \(kept + 500)) AS n
                UNION ALL SELECT 'b', 'new', n, 'success', n, true
                    FROM generate_series(1, \(kept + 5)) AS n
                UNION ALL SELECT 'a', 'theirs', NULL, 'success', 5000 + n, false
                    FROM generate_series(1, 10) AS n
                UNION ALL VALUES ('a', 'live', 2, 'success', 9000, true),
                    ('a', 'last failure', NULL, 'failed', 9001, true),
                    ('a', 'older failure', NULL, 'failed', 9002, true),
                    ('a', 'at work', NULL, 'building', 9003, true)
            ) AS rows;
            """)
        let store = ContentStore(of: database.target)
        func record() async throws {
            try await store.recordDeploy(
                Deploy(node: "a", status: .success, release: 3, triggeredBy: "manual"))
        }
        try await record()
        func counts() throws -> [String] {
            try database.connect().run(
                """
                SELECT node_id || ' ' || build_hash || ' ' || count(*) FROM robbieblocks_deploys
                GROUP BY node_id, build_hash ORDER BY 1
                """
            ).map { try $0.value(0, as: String.self) }
        }
        let expected = [
            "a  1", "a at work 1", "a last failure 1", "a live 1", "a new \(kept - 1)",
            "a theirs 10", "b new \(kept + 5)",
        ]
        #expect(try counts() == expected)
        // Once a minute is enough.
        try await record()
        #expect(try counts().contains("a new \(kept - 1)"))
    }
}
