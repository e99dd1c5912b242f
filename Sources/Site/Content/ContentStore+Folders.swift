import PostgreSQL

extension ContentStore {
    /// The number of folders of a node that are kept besides its home; the oldest are dropped.
    private static let folderLimit = 16

    /// Returns the folders that a node was published into, its home first.
    public func folders(of node: String) throws -> [NodeFolder] {
        try Self.folders(in: try connected().run(Self.folderQuery(of: node)))
    }

    static func folderQuery(of node: String) -> Query {
        """
        SELECT location, ledger, markers, is_home FROM robbieblocks_folders
        WHERE node_id = \(node) ORDER BY is_home DESC, updated_at DESC
        """
    }

    static func folders(in rows: QueryResult) throws -> [NodeFolder] {
        try rows.map { row in
            NodeFolder(
                location: try row.value(0), ledger: try row.optional(1), markers: try row.value(2),
                isHome: try row.value(3))
        }
    }

    /// Whether a builder holds the claim to a node, on any connection.
    public func isClaimed(node: String) throws -> Bool {
        try connected().run("SELECT \(Self.isClaimed("\(node)"))")[0].value(0)
    }

    /// Records how the release that is about to be committed will be identified, when there is no
    /// claim to verify. Ends the snapshot.
    ///
    /// - Parameter isKnown: whether the folder already has a row, marked as the home if `folder`
    ///   is.
    public func announce(_ folder: NodeFolder, of node: String, isKnown: Bool) throws {
        let connection = try connected()
        let end: [Query] = isSnapshotOpen ? ["COMMIT"] : []
        isSnapshotOpen = false
        try connection.run(end + Self.announcement(of: folder, node: node, isKnown: isKnown))
    }

    static func announcement(of folder: NodeFolder, node: String, isKnown: Bool) -> [Query] {
        let write: Query = """
            INSERT INTO robbieblocks_folders (node_id, location, ledger, markers, is_home)
            VALUES (\(node), \(folder.location), \(folder.ledger), \(folder.markers)::text[],
                \(folder.isHome))
            ON CONFLICT (node_id, location) DO UPDATE SET ledger = excluded.ledger,
                markers = excluded.markers, is_home = excluded.is_home, updated_at = now()
            """
        guard !isKnown else { return [write] }
        var queries: [Query] = folder.isHome ? [leaveHome(of: node, for: folder.location)] : []
        queries += [
            write,
            """
            DELETE FROM robbieblocks_folders WHERE node_id = \(node) AND NOT is_home
                AND location NOT IN (
                    SELECT location FROM robbieblocks_folders WHERE node_id = \(node)
                    ORDER BY updated_at DESC LIMIT \(folderLimit)::bigint)
            """,
        ]
        return queries
    }

    /// Makes a folder the home of a node; its other records stay.
    static func settle(_ node: String, at location: String) -> [Query] {
        [
            leaveHome(of: node, for: location),
            """
            INSERT INTO robbieblocks_folders (node_id, location, is_home)
            VALUES (\(node), \(location), true)
            ON CONFLICT (node_id, location) DO UPDATE SET is_home = true, updated_at = now()
                WHERE NOT robbieblocks_folders.is_home
            """,
        ]
    }

    private static func leaveHome(of node: String, for location: String) -> Query {
        """
        UPDATE robbieblocks_folders SET is_home = false
        WHERE node_id = \(node) AND is_home AND location <> \(location)
        """
    }
}
