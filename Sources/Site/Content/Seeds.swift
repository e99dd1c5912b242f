import Core
public import PostgreSQL
public import System

/// The content that a new database starts with.
///
/// Every file may be loaded repeatedly: it adds missing rows and never changes existing ones.
public struct Seeds: Sendable {
    private let files: [(name: String, sql: String)]

    /// Reads the `.sql` files of a folder, in the order of their names.
    public init(folder: Directory) throws {
        files = try folder.names().filter { $0.hasUTF8Suffix(".sql") }
            .map { ($0, String(decoding: try folder.read($0), as: UTF8.self)) }
    }

    /// Loads every file, each in a transaction of its own.
    ///
    /// A database that already had pages when it was adopted gets no starter site, since its routes
    /// may be taken.
    ///
    /// - Returns: how many rows of content were added.
    @discardableResult
    public func load(on connection: Connection) throws -> Int {
        let before = try Self.rowCount(on: connection)
        let hasPages: Bool = try connection.run(
            """
            SELECT EXISTS (SELECT FROM robbieblocks_migrations
                WHERE number = 0 AND name = 'existing-pages')
            """)[0].value(0)
        for file in files where !(hasPages && file.name.contains("-pages-")) {
            do {
                try connection.transaction { try $0.run(script: file.sql) }
            } catch let error as PostgresError {
                var diagnostic = error.diagnostic
                diagnostic.message = "seed file \(file.name): \(diagnostic.message)"
                throw diagnostic
            }
        }
        return try Self.rowCount(on: connection) - before
    }

    private static func rowCount(on connection: Connection) throws -> Int {
        try connection.run(
            """
            SELECT (SELECT count(*) FROM robbieblocks_pages)
                + (SELECT count(*) FROM robbieblocks_components)
                + (SELECT count(*) FROM robbieblocks_page_blocks)
                + (SELECT count(*) FROM robbieblocks_frame_blocks)
                + (SELECT count(*) FROM robbieblocks_style_tokens)
                + (SELECT count(*) FROM robbieblocks_node_branding)
            """)[0].value(0)
    }
}
