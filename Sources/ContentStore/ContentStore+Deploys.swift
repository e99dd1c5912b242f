public import FoundationEssentials
import PostgreSQL

extension ContentStore {
    /// Writes down a deploy that is done.
    public func recordDeploy(_ deploy: Deploy) throws {
        try writable().run(
            """
            INSERT INTO robbieblocks_deploys (node_id, app_namespace, triggered_by, build_hash,
                deploy_status, release, pages_count, components_count, build_duration_ms,
                deploy_duration_ms, error_message, build_log, started_at, completed_at)
            VALUES (\(deploy.node), '\(unsafeSQL: Self.allApps)', \(deploy.triggeredBy),
                \(Self.outcome(of: deploy)),
                now() - \(deploy.buildMilliseconds + deploy.deployMilliseconds)::bigint
                    * interval '1 ms', now())
            """)
    }

    /// Writes down that a deploy has begun; it is `building` until `finishDeploy`.
    ///
    /// - Parameter triggeredBy: as `Deploy.triggeredBy`.
    public func beginDeploy(node: String, triggeredBy: String) throws -> UUID {
        try writable().run(
            """
            INSERT INTO robbieblocks_deploys
                (node_id, app_namespace, triggered_by, build_hash, deploy_status, started_at)
            VALUES (\(node), '\(unsafeSQL: Self.allApps)', \(triggeredBy), '', 'building', now())
            RETURNING id
            """)[0].value(0)
    }

    /// Writes down how a deploy ended.
    public func finishDeploy(_ id: UUID, as deploy: Deploy) throws {
        try writable().run(
            """
            UPDATE robbieblocks_deploys SET (build_hash, deploy_status, release, pages_count,
                components_count, build_duration_ms, deploy_duration_ms, error_message, build_log,
                completed_at) = ROW (\(Self.outcome(of: deploy)), now())
            WHERE id = \(id)::uuid
            """)
    }

    /// A release has the pages of all apps of its node.
    private static let allApps = "all"
    /// Characters of an error and of a log that are kept.
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
