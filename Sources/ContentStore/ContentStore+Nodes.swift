public import PostgreSQL
public import SiteModel

extension ContentStore {
    /// Every node of a database, by its id, from a snapshot of its own.
    public static func nodes(of database: ConnectionTarget) async throws -> [Node] {
        let store = ContentStore(of: database)
        _ = try await store.open()
        let nodes = try await store.nodes()
        await store.close()
        return nodes
    }
}
