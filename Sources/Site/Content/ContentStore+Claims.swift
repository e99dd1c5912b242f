import Core
import PostgreSQL

extension ContentStore {
    /// Claims the right to build a node, for as long as this store's connection lasts.
    ///
    /// - Parameters:
    ///   - holder: the builder as `status` shows it, such as `host:process`.
    ///   - home: the folder that the node is published into from now on, as `host:/path`; nil leaves
    ///     it unchanged.
    /// - Returns: the claim's generation, one more than that of every claim before; nil when
    ///   another builder has the node.
    public func claim(node: String, holder: String, home: String? = nil) throws -> Int? {
        let connection = try writable()
        try connection.requireSession(for: "building a node")
        let isHeld = session?.claims[node] != nil
        if !isHeld {
            let lock = try connection.run(
                "SELECT pg_try_advisory_lock(\(Self.lockKey(of: "\(node)")))")
            guard try lock[0].value(0) else { return nil }
        }
        do {
            let begin: [Query] = [
                // The only write that must survive a crash of the server.
                "BEGIN", "SET LOCAL synchronous_commit = on",
            ]
            let settle = home.map { Self.settle(node, at: $0) } ?? []
            let count: [Query] = [
                """
                INSERT INTO robbieblocks_builders AS builder (node_id, generation, holder, claimed_at)
                VALUES (\(node), 1, \(holder), clock_timestamp())
                ON CONFLICT (node_id) DO UPDATE SET generation = builder.generation + 1,
                    holder = excluded.holder, claimed_at = excluded.claimed_at
                RETURNING generation
                """,
                "COMMIT",
            ]
            let rows = try connection.run(begin + settle + count)[begin.count + settle.count]
            let generation = try rows[0].value(0, as: Int.self)
            session?.claims[node] = generation
            return generation
        } catch {
            // The first error is the one to report.
            _ = try? connection.run("ROLLBACK")
            if !isHeld {
                _ = try? connection.run("SELECT pg_advisory_unlock(\(Self.lockKey(of: "\(node)")))")
            }
            throw error
        }
    }

    /// Verifies that the claim still holds; called before anything is published.
    ///
    /// Ends the snapshot, which would show the claim as it was when the snapshot was opened.
    ///
    /// - Parameters:
    ///   - folder: identifies the release that is about to be committed.
    ///   - isKnown: as in `announce`.
    /// - Throws: a diagnostic `claim-lost` when the connection of the claim is lost, so that
    ///   another builder may have the node by now.
    public func verifyClaim(
        node: String, generation: Int, announcing folder: NodeFolder? = nil, isKnown: Bool = false
    ) throws {
        guard let session, session.connection.isOpen, session.claims[node] == generation else {
            throw Self.claimLost(node: node)
        }
        var end: [Query] = isSnapshotOpen ? ["COMMIT"] : []
        isSnapshotOpen = false
        if let folder {
            end += Self.announcement(of: folder, node: node, isKnown: isKnown)
        }
        let rows: QueryResult
        do {
            rows = try session.connection.run(
                end + ["SELECT generation FROM robbieblocks_builders WHERE node_id = \(node)"]
            )[end.count]
        } catch {
            guard session.connection.isOpen else { throw Self.claimLost(node: node) }
            throw error
        }
        // The lock alone excludes other builders; a row that was changed by hand still counts.
        guard rows.count == 1, try rows[0].value(0, as: Int.self) == generation else {
            throw Self.claimLost(node: node)
        }
    }

    /// Whether this store's connection is open and has the claim; does not ask the server.
    public func holdsClaim(node: String, generation: Int) -> Bool {
        session.map { $0.connection.isOpen && $0.claims[node] == generation } ?? false
    }

    static func claimLost(node: String) -> Diagnostic {
        Diagnostic(
            .claimLost, "this builder no longer has the node", at: .init(node: node),
            hint: "its connection to the database was lost; nothing was published")
    }

    /// Identifies the database, as `Instant.origin`.
    public func origin() throws -> String {
        _ = try connected()
        return session?.origin ?? ""
    }

    /// Releases the node, so that another builder may claim it at once.
    public func disclaim(node: String) {
        guard session?.claims.removeValue(forKey: node) != nil, !isSnapshotOpen else { return }
        // If the connection fails here, it is lost and the lock with it.
        _ = try? session?.connection.run(
            "SELECT pg_advisory_unlock(\(Self.lockKey(of: "\(node)")))")
    }

    /// The advisory lock of a node.
    static func lockKey(of node: Query) -> Query {
        "hashtextextended('robbieblocks builder ' || \(node)::text, 0)"
    }

    /// A condition: a session holds the lock of a node.
    static func isClaimed(_ node: Query) -> Query {
        // pg_locks shows the two halves of an advisory lock's key.
        """
        EXISTS (
            SELECT FROM pg_locks AS held, pg_database AS own
            WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
                AND own.datname = current_database() AND held.database = own.oid
                AND (held.classid::bigint << 32 | held.objid::bigint) = \(lockKey(of: node)))
        """
    }
}
