import Foundation
import PostgreSQL
import System

/// A real PgBouncer before a test's database, on a Unix socket in a folder of its own.
public final class PgBouncer: Sendable {
    public enum Mode: String, Sendable { case session, transaction }

    private let folder: TestFolder
    private let process: RunningProgram

    public init(_ mode: Mode, before database: TestDatabase) async throws {
        folder = try TestFolder()
        // It drops root's rights, and then has to make its socket here.
        chmod(folder.path, 0o777)
        try folder.write(
            "pgbouncer.ini",
            """
            [databases]
            * = host=\(database.target.settings["host"] ?? "") user=robbieblocks
            [pgbouncer]
            unix_socket_dir = \(folder.path)
            listen_port = 6432
            auth_type = any
            pool_mode = \(mode.rawValue)
            \(geteuid() == 0 ? "user = nobody" : "")
            """)
        process = try RunningProgram(
            ["\(folder.path)/pgbouncer.ini"], executable: "/usr/sbin/pgbouncer")
        name = database.target.settings["dbname"] ?? ""
        // The socket has a name before it takes connections.
        let target = ConnectionTarget(url: url)
        try await waitUntil("PgBouncer answers") { (try? Connection(to: target)) != nil }
    }

    private let name: String

    /// The database behind it, as DATABASE_URL.
    public var url: String {
        "postgresql://robbieblocks@/\(name)?host=\(folder.path)&port=6432"
    }
}
