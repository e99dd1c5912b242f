public import PostgreSQL
public import SiteModel

extension ContentStore {
    /// Returns every node of a database, by its id, from a snapshot of its own.
    public static func nodes(of database: ConnectionTarget) async throws -> [Node] {
        let store = ContentStore(of: database)
        _ = try await store.open()
        let nodes = try await store.nodes()
        await store.close()
        return nodes
    }

    /// Returns the current ids of all nodes of a database, valid or not.
    public static func nodeIDs(of database: ConnectionTarget) async throws -> [String] {
        let store = ContentStore(of: database)
        let ids = try await store.nodeIDs()
        await store.close()
        return ids
    }

    /// Returns the ids of all nodes: from the snapshot, or current ones when none is open.
    public func nodeIDs() throws -> [String] {
        try connected().run("SELECT node_id FROM robbieblocks_node_branding ORDER BY node_id")
            .map { try $0.value(0) }
    }
}
