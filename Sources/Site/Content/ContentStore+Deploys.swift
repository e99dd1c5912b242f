public import FoundationEssentials
import PostgreSQL
import System

extension ContentStore {
    /// Records a finished deploy.
    public func recordDeploy(_ deploy: Deploy) throws {
        try writable().run([
            Self.deleteSubstitute(of: deploy),
            """
            INSERT INTO robbieblocks_deploys (node_id, app_namespace, triggered_by, build_hash,
                deploy_status, release, pages_count, components_count, build_duration_ms,
                deploy_duration_ms, error_message, build_log, started_at, completed_at,
                is_build_record)
            VALUES (\(deploy.node), '\(unsafeSQL: Self.allApps)', \(deploy.triggeredBy),
                \(Self.outcome(of: deploy)),
                now() - \(deploy.buildMilliseconds + deploy.deployMilliseconds)::bigint
                    * interval '1 ms', now(), true)
            """,
        ])
        try pruneDeploys(of: deploy.node)
    }

    /// Records the start of a deploy; it is `building` until `finishDeploy`.
    ///
    /// A lock of this store's connection shows that a builder is working on it.
    ///
    /// - Parameter triggeredBy: as `Deploy.triggeredBy`.
    public func beginDeploy(node: String, triggeredBy: String) throws -> UUID {
        try writable().run(
            """
            WITH begun AS (
                INSERT INTO robbieblocks_deploys
                    (node_id, app_namespace, triggered_by, build_hash, deploy_status, started_at,
                        is_build_record)
                VALUES (\(node), '\(unsafeSQL: Self.allApps)', \(triggeredBy), '', 'building',
                    now(), true)
                RETURNING id)
            SELECT id, pg_advisory_lock(\(Self.workKey("id"))) FROM begun
            """)[0].value(0)
    }

    /// Records the outcome of a deploy that this store began.
    public func finishDeploy(_ id: UUID, as deploy: Deploy) throws {
        try writable().run([
            Self.deleteSubstitute(of: deploy),
            """
            UPDATE robbieblocks_deploys SET (build_hash, deploy_status, release, pages_count,
                components_count, build_duration_ms, deploy_duration_ms, error_message, build_log,
                completed_at) = ROW (\(Self.outcome(of: deploy)), now())
            WHERE id = \(id)::uuid
            """,
            "SELECT pg_advisory_unlock(\(Self.workKey("\(id)::uuid")))",
        ])
        try pruneDeploys(of: deploy.node)
    }

    /// The number of deploys kept for a node, besides those of the live release and the last
    /// failure.
    static let keptDeploys = 1000

    /// Removes the oldest rows of a node that builders wrote, at most once a minute.
    ///
    /// It costs a look at one index entry behind the kept ones. Rows that our builders did not
    /// write, such as those of the program that had the database before, stay.
    func pruneDeploys(of node: String) throws {
        let now = monotonicMilliseconds()
        guard lastDeployPruning[node].map({ now - $0 >= 60_000 }) ?? true else { return }
        lastDeployPruning[node] = now
        try writable().run(
            """
            DELETE FROM robbieblocks_deploys WHERE id IN (
                SELECT id FROM robbieblocks_deploys
                WHERE node_id = \(node) AND is_build_record
                    AND deploy_status IN ('success', 'failed')
                    AND started_at < (
                        SELECT started_at FROM robbieblocks_deploys
                        WHERE node_id = \(node) AND is_build_record
                        ORDER BY started_at DESC OFFSET \(Self.keptDeploys - 1)::bigint LIMIT 1)
                    AND id IS DISTINCT FROM (
                        SELECT id FROM robbieblocks_deploys
                        WHERE node_id = \(node) AND deploy_status = 'failed'
                        ORDER BY started_at DESC, id LIMIT 1)
                    AND coalesce(release <> (
                        SELECT release FROM robbieblocks_builders WHERE node_id = \(node)), true)
                LIMIT \(10_000)::bigint)
            """)
    }

    /// Completes the records of terminated builders of a node: marks deploys that no builder works
    /// on as failed, and adds a row for the live release if it has none.
    ///
    /// - Parameters:
    ///   - live: counts and times stay NULL, since only the builder of the release knows them.
    ///   - publishedAt: when the release was made, in milliseconds since 1970.
    public func completeDeploys(of node: String, live: Deploy?, publishedAt: Int) throws {
        var queries: [Query] = [
            """
            UPDATE robbieblocks_deploys SET deploy_status = 'failed', completed_at = now(),
                error_message = 'the builder ended before it was done'
            WHERE node_id = \(node) AND deploy_status IN ('pending', 'building', 'deploying')
                AND is_build_record
                AND pg_try_advisory_xact_lock(\(Self.workKey("id")))
            """
        ]
        if let live {
            let time: Query = "to_timestamp(\(publishedAt)::bigint / 1000.0)"
            queries.append(
                """
                INSERT INTO robbieblocks_deploys (node_id, app_namespace, triggered_by, build_hash,
                    deploy_status, release, error_message, started_at, completed_at,
                    is_build_record)
                SELECT \(node), '\(unsafeSQL: Self.allApps)', left(\(live.triggeredBy), 50),
                    \(live.buildHash), \(live.status.rawValue), \(live.release)::integer,
                    left(\(live.error), \(Self.errorLimit)::integer), \(time), \(time),
                    true
                WHERE NOT EXISTS (
                    SELECT FROM robbieblocks_deploys WHERE \(Self.isOfRelease(live)))
                """)
        }
        try writable().run(queries)
    }

    /// Whether the newest finished deploy of a node has failed.
    public func hasFailedDeploy(of node: String) throws -> Bool {
        let rows = try connected().run(
            """
            SELECT deploy_status = 'failed' FROM robbieblocks_deploys
            WHERE node_id = \(node) AND deploy_status IN ('success', 'failed')
            ORDER BY coalesce(completed_at, started_at, created_at) DESC, id LIMIT 1
            """)
        return rows.count == 0 ? false : try rows[0].value(0)
    }

    /// Deletes the row that `completeDeploys` wrote for the same release, because the release's own
    /// builder knows more.
    private static func deleteSubstitute(of deploy: Deploy) -> Query {
        """
        DELETE FROM robbieblocks_deploys WHERE \(isOfRelease(deploy)) AND pages_count IS NULL
        """
    }

    /// A node that is built into two folders has two releases with the same number and different
    /// hashes.
    private static func isOfRelease(_ deploy: Deploy) -> Query {
        """
        node_id = \(deploy.node) AND release = \(deploy.release)::integer
            AND build_hash = \(deploy.buildHash)
        """
    }

    /// The advisory lock held by the builder that works on a deploy.
    private static func workKey(_ id: Query) -> Query {
        "hashtextextended('robbieblocks deploy ' || (\(id))::text, 0)"
    }

    /// A release has the pages of all apps of its node.
    private static let allApps = "all"
    /// The numbers of characters of an error and of a log that are kept.
    private static let (errorLimit, logLimit) = (4096, 65_536)

    private static func outcome(of deploy: Deploy) -> Query {
        """
        \(deploy.buildHash), \(deploy.status.rawValue), \(deploy.release)::integer,
        \(deploy.pages)::integer, \(deploy.components)::integer,
        \(deploy.buildMilliseconds)::integer, \(deploy.deployMilliseconds)::integer,
        left(\(deploy.error), \(errorLimit)::integer), left(\(deploy.log), \(logLimit)::integer)
        """
    }
}
