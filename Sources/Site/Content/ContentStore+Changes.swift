public import FoundationEssentials
import PostgreSQL
import System

extension ContentStore {
    /// Returns the changes that this node has not acknowledged.
    ///
    /// A change is pending until it is acknowledged, whatever its number or its time, so a change
    /// that was written earlier and committed later is not missed.
    public func pendingChanges(of node: String, limit: Int) throws -> PendingChanges {
        try Self.pendingChanges(
            in: try connected().run(Self.pendingQueries(of: node, limit: limit)), limit: limit)
    }

    /// Returns the nodes with unacknowledged changes that deploy automatically.
    ///
    /// One query serves all nodes. Changes of one kind, of which there can be thousands, count
    /// once, and lists of nodes are compared as sets: with hundreds of nodes, each list has
    /// hundreds of names.
    public func nodesWithPendingChanges() throws -> [String] {
        try connected().run(
            """
            WITH kinds AS MATERIALIZED (
                SELECT row_number() OVER () AS number, * FROM (
                    SELECT DISTINCT entity_type, affected_apps, affected_nodes, acknowledged_by
                    FROM robbieblocks_change_triggers
                    WHERE processed_at IS NULL AND auto_deploy IS NOT false
                        AND transaction_id IS NOT NULL
                ) AS kind
            )
            SELECT DISTINCT node FROM (
                SELECT number, unnest(affected_nodes) AS node FROM kinds
                UNION
                SELECT number, node_id FROM kinds
                JOIN robbieblocks_node_branding AS branding ON robbieblocks_concerns(
                    entity_type, affected_apps,
                    -- One node is a kind of its own; the others are in the list above.
                    CASE WHEN cardinality(affected_nodes) = 1 THEN affected_nodes END,
                    node_id, enabled_apps)
                EXCEPT
                SELECT number, unnest(acknowledged_by) FROM kinds
            ) AS pending
            """
        ).map { try $0.value(0) }
    }

    /// Reads the changes and the waiting rows. One change more than `limit` shows that there are
    /// more.
    ///
    /// - Parameter seen: nil selects the changes that the node has not acknowledged.
    static func pendingQueries(
        of node: String, limit: Int, after seen: Instant? = nil
    ) -> [Query] {
        [
            """
            SELECT id, trigger_type, entity_type, entity_id, created_at, coalesce(auto_deploy, true)
            FROM robbieblocks_change_triggers
            WHERE \(seen.map { isCommitted(after: $0, for: node) } ?? isPending(for: node))
            ORDER BY auto_deploy DESC NULLS FIRST, created_at LIMIT \(limit + 1)::bigint
            """,
            """
            SELECT DISTINCT entity_type, entity_id FROM robbieblocks_change_triggers
            WHERE auto_deploy = false AND \(isPending(for: node))
            """,
        ]
    }

    static func pendingChanges(
        in results: some RandomAccessCollection<QueryResult>, limit: Int
    ) throws -> PendingChanges {
        guard let changed = results.first, let waiting = results.last, results.count == 2 else {
            return PendingChanges(changes: [], isComplete: true)
        }
        var changes = try changed.map { row in
            Change(
                id: try row.value(0),
                subject: ChangeSubject(
                    entityType: try row.value(2), id: try row.optional(3)),
                triggerType: try row.value(1),
                createdAt: try row.value(4, as: Timestamp.self).milliseconds,
                autoDeploys: try row.value(5))
        }
        let isComplete = changes.count <= limit
        if !isComplete { changes.removeLast(changes.count - limit) }
        var pending = PendingChanges(changes: changes, isComplete: isComplete)
        pending.waiting = WaitingRows(
            try waiting.map { row in
                ChangeSubject(entityType: try row.value(0), id: try row.optional(1))
            })
        return pending
    }

    /// Marks changes as live on this node, since `release`, and records how long they took.
    ///
    /// A change is processed when every node that it concerns, and that has a builder, has
    /// acknowledged it. Changes processed more than an hour ago are pruned, and so are week-old
    /// changes that wait only for builders that no longer exist: a builder that starts compares row
    /// versions and misses nothing. A change that waits for a manual build is known by its row
    /// alone, which stays.
    ///
    /// - Parameter generation: of the claim that this store holds; nil for a builder without one.
    /// - Parameter unmeasured: changes whose lag says nothing about how fast builders are. The same
    ///   applies to a change older than the claim: until then, no builder was at work.
    /// - Returns: milliseconds from each edit to now, oldest first; counted from its commit where
    ///   the server keeps commit times (`track_commit_timestamp`), otherwise from its statement.
    /// - Throws: a diagnostic `claim-lost` when the claim is lost: a release that is live in this
    ///   builder's folder need not be live in the next builder's.
    @discardableResult
    public func acknowledge(
        _ changes: [UUID], node: String, release: Int, generation: Int? = nil,
        unmeasured: [UUID] = []
    ) throws -> [Double] {
        let connection: Connection
        if let generation {
            guard let session, holdsClaim(node: node, generation: generation) else {
                throw Self.claimLost(node: node)
            }
            // Only this connection: one that replaces it has no claim.
            connection = session.connection
        } else {
            connection = try writable()
        }
        let lags = try connection.run(
            // Locked in one order, so that two builders never deadlock.
            """
            WITH locked AS (
                SELECT id, entity_type, affected_apps, affected_nodes,
                    ROW(entity_type, affected_apps, affected_nodes)::text AS kind,
                    array_append(array_remove(acknowledged_by, \(node)), \(node)) AS names,
                    CASE WHEN current_setting('track_commit_timestamp') = 'on'
                    THEN coalesce(pg_xact_commit_timestamp(transaction_id::xid), created_at)
                    ELSE created_at END AS edited_at
                FROM robbieblocks_change_triggers WHERE id = ANY (\(changes)::uuid[])
                ORDER BY id FOR UPDATE
            ), kinds AS MATERIALIZED (
                -- With fewer names than builders that a change concerns, one of them is missing. So the
                -- builders are counted once for each kind of change, and compared name by name only
                -- for a change that may be complete.
                SELECT distinct_kind.kind, (
                    SELECT count(*) FROM robbieblocks_builders AS other
                    JOIN robbieblocks_node_branding AS branding ON branding.node_id = other.node_id
                    WHERE robbieblocks_concerns(
                        distinct_kind.entity_type, distinct_kind.affected_apps,
                        distinct_kind.affected_nodes, other.node_id, branding.enabled_apps)
                    ) AS builders
                FROM (
                    SELECT DISTINCT kind, entity_type, affected_apps, affected_nodes FROM locked
                ) AS distinct_kind
            ), acknowledged AS (
                UPDATE robbieblocks_change_triggers AS change
                SET acknowledged_by = locked.names,
                    processed_at = CASE WHEN cardinality(locked.names) < kinds.builders
                        OR \(Self.isPendingElsewhere(than: node))
                        THEN change.processed_at ELSE clock_timestamp() END
                FROM locked JOIN kinds USING (kind)
                WHERE change.id = locked.id
                -- How long ago another program's change was made says nothing about builders.
                RETURNING
                    CASE WHEN change.transaction_id > '2'
                        AND change.id <> ALL (\(unmeasured)::uuid[])
                        AND locked.edited_at >= coalesce((
                            SELECT claimed_at FROM robbieblocks_builders
                            WHERE node_id = \(node) AND generation = \(generation ?? -1)::bigint),
                            '-infinity')
                        THEN locked.edited_at END AS edited_at,
                    (extract(epoch FROM clock_timestamp() - locked.edited_at) * 1000)::float8 AS lag
            ), builder AS (
                UPDATE robbieblocks_builders AS builder
                SET release = \(release)::integer, released_at = clock_timestamp(),
                    recent_lags = (
                        SELECT coalesce(array_agg(lag ORDER BY number), '{}') FROM (
                            SELECT lag, number FROM unnest(builder.recent_lags || (
                                SELECT array_agg(lag ORDER BY edited_at) FROM acknowledged
                                WHERE edited_at IS NOT NULL
                            )) WITH ORDINALITY AS known (lag, number)
                            ORDER BY number DESC LIMIT \(Self.keptLags)::bigint
                        ) AS last)
                WHERE node_id = \(node)
            )
            SELECT lag FROM acknowledged WHERE edited_at IS NOT NULL ORDER BY edited_at
            """
        ).map { try $0.value(0, as: Double.self) }
        let now = monotonicMilliseconds()
        if lastPruning.map({ now - $0 >= 60_000 }) ?? true {
            try Self.prune(on: connection)
            lastPruning = now
        }
        return lags
    }

    /// Returns the keys of components, tokens and rows of the frame, and the ids of nodes, by the
    /// ids of their rows. Deleted rows are missing.
    public func keys(ofSharedRows ids: [UUID]) throws -> [UUID: String] {
        let rows = try connected().run(
            """
            SELECT id, component_key FROM robbieblocks_components WHERE id = ANY (\(ids)::uuid[])
            UNION ALL
            SELECT id, token_key FROM robbieblocks_style_tokens WHERE id = ANY (\(ids)::uuid[])
            UNION ALL
            SELECT id, node_id FROM robbieblocks_node_branding WHERE id = ANY (\(ids)::uuid[])
            UNION ALL
            SELECT id, frame_key FROM robbieblocks_frame_blocks WHERE id = ANY (\(ids)::uuid[])
            """)
        return Dictionary(
            try rows.map { (try $0.value(0, as: UUID.self), try $0.value(1, as: String.self)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The channel that tells watchers to look for changes.
    public static let channel = "robbieblocks_change"

    /// Makes the watcher of a node check it, even when the node has no pending edit.
    public func wakeBuilder(of node: String) throws {
        try writable().run("SELECT pg_notify(\(Self.channel), \(node))")
    }

    /// The number of lags of a node's last changes kept for `status`.
    private static let keptLags = 100
    /// The most rows that one call prunes; the next call continues.
    private static let pruningLimit = 10_000

    private static func prune(on connection: Connection) throws {
        try connection.run([
            // These concern no node that has a builder.
            """
            UPDATE robbieblocks_change_triggers SET processed_at = clock_timestamp()
            WHERE id IN (
                SELECT id FROM robbieblocks_change_triggers AS change
                WHERE processed_at IS NULL AND transaction_id IS NOT NULL
                    AND auto_deploy IS NOT false AND NOT \(isPendingElsewhere())
                LIMIT \(pruningLimit)::bigint FOR UPDATE SKIP LOCKED)
            """,
            """
            DELETE FROM robbieblocks_change_triggers WHERE id IN (
                SELECT id FROM robbieblocks_change_triggers
                WHERE processed_at < now() - interval '1 hour' AND transaction_id > '2'
                LIMIT \(pruningLimit)::bigint FOR UPDATE SKIP LOCKED)
            """,
            """
            DELETE FROM robbieblocks_change_triggers WHERE id IN (
                SELECT id FROM robbieblocks_change_triggers AS change
                WHERE processed_at IS NULL AND auto_deploy IS NOT false
                    AND created_at < now() - interval '7 days' AND transaction_id > '2'
                    AND NOT \(isPendingElsewhere(where: isActive))
                LIMIT \(pruningLimit)::bigint FOR UPDATE SKIP LOCKED)
            """,
        ])
    }
}

// MARK: - Conditions

extension ContentStore {
    /// A condition on `robbieblocks_change_triggers`: this node has yet to acknowledge the row.
    ///
    /// Rows without a transaction were processed, or old, when the database was adopted. They and
    /// those of transaction 2 belong to another program, and stay.
    static func isPending(for node: String) -> Query {
        """
        processed_at IS NULL AND transaction_id IS NOT NULL
            AND \(node) <> ALL (acknowledged_by)
            AND robbieblocks_concerns(entity_type, affected_apps, affected_nodes, \(node),
                (SELECT enabled_apps FROM robbieblocks_node_branding WHERE node_id = \(node)))
        """
    }

    /// A condition on `robbieblocks_change_triggers`: the row concerns the node and was committed
    /// after an instant, so any acknowledgement came later still.
    private static func isCommitted(after instant: Instant, for node: String) -> Query {
        """
        (processed_at IS NULL OR processed_at >= to_timestamp(\(instant.now)::bigint / 1000.0))
            AND NOT pg_visible_in_snapshot(transaction_id, \(instant.snapshot)::pg_snapshot)
            AND robbieblocks_concerns(entity_type, affected_apps, affected_nodes, \(node),
                (SELECT enabled_apps FROM robbieblocks_node_branding WHERE node_id = \(node)))
        """
    }

    /// A condition on the row `other` of a builder: it runs, or was active within the last month.
    private static var isActive: Query {
        "(other.updated_at > now() - interval '30 days' OR \(isClaimed("other.node_id")))"
    }

    /// A condition on the row `change`: another builder has not acknowledged it yet.
    ///
    /// - Parameters:
    ///   - node: the node whose builder does not count.
    ///   - condition: on the row `other` of the other builder.
    private static func isPendingElsewhere(
        than node: String = "", where condition: Query = "true"
    ) -> Query {
        """
        EXISTS (
            SELECT FROM (
                -- As sets: with hundreds of nodes, the list has hundreds of names.
                SELECT node_id FROM robbieblocks_builders WHERE node_id <> \(node)
                EXCEPT SELECT unnest(change.acknowledged_by)
            ) AS missing
            JOIN robbieblocks_builders AS other ON other.node_id = missing.node_id
            JOIN robbieblocks_node_branding AS branding ON branding.node_id = other.node_id
            WHERE robbieblocks_concerns(
                    change.entity_type, change.affected_apps, change.affected_nodes,
                    other.node_id, branding.enabled_apps)
                AND \(condition))
        """
    }
}
