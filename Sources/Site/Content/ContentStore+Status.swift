import PostgreSQL

extension ContentStore {
    /// Returns the status of a node.
    public func status(of node: String) throws -> NodeStatus {
        let connection = try connected()
        let results = try connection.run([
            "SELECT now()", Self.builderQuery(of: node),
            """
            SELECT count(*), (extract(epoch FROM now() - min(created_at)) * 1000)::bigint
            FROM robbieblocks_change_triggers AS change
            WHERE \(Self.isPending(for: node)) AND NOT \(Self.waits(for: node))
            """,
            Self.waitingQuery(of: node),
            Self.deployQuery(of: node, limit: 10),
            Self.deployQuery(of: node, where: Self.isNewestFailure, limit: 1),
            "SELECT location FROM robbieblocks_folders WHERE node_id = \(node) AND is_home",
        ])
        let counts = results[2][0]
        let waiting = try results[3].map { try NodeStatus.WaitingRow($0) }
        let builder = results[1].count == 0 ? nil : results[1][0]
        return NodeStatus(
            now: try results[0][0].value(0, as: Timestamp.self).milliseconds,
            builder: try builder.map { try NodeStatus.Builder($0) },
            pending: try counts.value(0), oldestPendingAge: try counts.optional(1),
            waiting: try results[3].count == 0 ? 0 : results[3][0].value(4),
            waitingRows: waiting,
            deploys: try results[4].map { try RecordedDeploy($0) },
            lastFailure: try results[5].map { try RecordedDeploy($0) }.first,
            lag: try builder.flatMap { NodeStatus.Lag(of: try $0.value(6)) },
            home: results[6].count == 0 ? nil : try results[6][0].value(0))
    }

    /// A condition on the row `change`: the edited row waits for a manual build because of this edit
    /// or another one, and all its edits wait with it.
    private static func waits(for node: String) -> Query {
        """
        (change.auto_deploy IS FALSE OR EXISTS (
            SELECT FROM robbieblocks_change_triggers AS other
            WHERE other.auto_deploy IS FALSE AND other.entity_type = change.entity_type
                AND (other.entity_id IS NULL OR other.entity_id = change.entity_id)
                AND other.processed_at IS NULL AND \(node) <> ALL (other.acknowledged_by)))
        """
    }

    /// Selects the waiting rows, the longest waiting first, each with its edits and the total
    /// number.
    private static func waitingQuery(of node: String) -> Query {
        """
        SELECT change.entity_type,
            coalesce(page.page_key, component.component_key, token.token_key, branding.node_id,
                frame.frame_key, change.entity_id::text),
            count(*) FILTER (WHERE auto_deploy IS FALSE),
            count(*) FILTER (WHERE auto_deploy IS NOT FALSE),
            sum(count(*)) OVER ()::bigint
        FROM robbieblocks_change_triggers AS change
        LEFT JOIN robbieblocks_pages AS page ON page.id = entity_id
        LEFT JOIN robbieblocks_components AS component ON component.id = entity_id
        LEFT JOIN robbieblocks_style_tokens AS token ON token.id = entity_id
        LEFT JOIN robbieblocks_node_branding AS branding ON branding.id = entity_id
        LEFT JOIN robbieblocks_frame_blocks AS frame ON frame.id = entity_id
        WHERE change.id IN (
            SELECT id FROM robbieblocks_change_triggers WHERE \(isPending(for: node)))
            AND \(waits(for: node))
        GROUP BY 1, 2 ORDER BY min(change.created_at), 1, 2
        LIMIT \(NodeStatus.WaitingRow.limit)::bigint
        """
    }

    /// A condition on a deploy: it failed, and no deploy of its node has succeeded since.
    private static let isNewestFailure: Query = """
        deploy_status = 'failed' AND NOT EXISTS (
            SELECT FROM robbieblocks_deploys AS later
            WHERE later.node_id = robbieblocks_deploys.node_id
                AND later.deploy_status = 'success'
                AND coalesce(later.completed_at, later.started_at, later.created_at)
                    > coalesce(robbieblocks_deploys.completed_at,
                        robbieblocks_deploys.started_at, robbieblocks_deploys.created_at))
        """

    private static func builderQuery(of node: String) -> Query {
        """
        SELECT generation, coalesce(holder, ''), coalesce(claimed_at, created_at),
            \(isClaimed("node_id")), release, released_at, recent_lags
        FROM robbieblocks_builders WHERE node_id = \(node)
        """
    }

    private static func deployQuery(
        of node: String, where condition: Query = "true", limit: Int
    ) -> Query {
        """
        SELECT id, coalesce(deploy_status, 'pending'), release, build_hash, coalesce(pages_count, 0),
            coalesce(components_count, 0), coalesce(build_duration_ms, 0),
            coalesce(deploy_duration_ms, 0), error_message, build_log, triggered_by,
            coalesce(started_at, created_at), completed_at, node_id
        FROM robbieblocks_deploys WHERE node_id = \(node) AND \(condition)
        ORDER BY started_at DESC, id LIMIT \(limit)::bigint
        """
    }
}

extension NodeStatus.Builder {
    fileprivate init(_ row: QueryResult.Row) throws {
        self.init(
            generation: try row.value(0), holder: try row.value(1),
            claimedAt: try row.value(2, as: Timestamp.self).milliseconds,
            isRunning: try row.value(3), release: try row.optional(4),
            releasedAt: try row.optional(5, as: Timestamp.self)?.milliseconds)
    }
}

extension NodeStatus.WaitingRow {
    fileprivate init(_ row: QueryResult.Row) throws {
        self.init(
            kind: try row.value(0), key: try row.optional(1), byHand: try row.value(2),
            automatic: try row.value(3))
    }
}

extension NodeStatus.Lag {
    /// - Parameter lags: in milliseconds, the newest last.
    fileprivate init?(of lags: [Double]) {
        guard let last = lags.last else { return nil }
        let sorted = lags.sorted()
        self.init(
            count: lags.count, last: last, median: sorted[sorted.count / 2],
            worst: sorted[sorted.count - 1])
    }
}

extension RecordedDeploy {
    fileprivate init(_ row: QueryResult.Row) throws {
        let deploy = Deploy(
            node: try row.value(13),
            // The table's constraint allows no other values.
            status: Deploy.Status(rawValue: try row.value(1)) ?? .failed,
            release: try row.optional(2), buildHash: try row.value(3), pages: try row.value(4),
            components: try row.value(5), buildMilliseconds: try row.value(6),
            deployMilliseconds: try row.value(7), error: try row.optional(8),
            log: try row.optional(9), triggeredBy: try row.value(10))
        self.init(
            id: try row.value(0), deploy: deploy,
            startedAt: try row.value(11, as: Timestamp.self).milliseconds,
            completedAt: try row.optional(12, as: Timestamp.self)?.milliseconds)
    }
}
