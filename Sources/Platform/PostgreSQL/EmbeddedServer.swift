import Core
import Glibc
import System

/// The project's own PostgreSQL server, used when no other database is named.
///
/// Its files are in one folder, it listens only on a Unix socket, and it keeps running between
/// commands, so that an admin can connect at any time. PostgreSQL refuses to run as root: started
/// by root, it runs as `nobody`.
public struct EmbeddedServer: Sendable {
    /// The folder of `initdb`, `pg_ctl` and `postgres`.
    public let binaries: String
    /// Holds `data`, `log` and, when its path is short enough, the socket.
    public let folder: String
    /// Server settings that override PostgreSQL's own, such as `shared_buffers`.
    public var settings: [String: String] = [
        "shared_buffers": "128MB", "jit": "off",
        // The time from an edit to its publication is measured from its commit.
        "track_commit_timestamp": "on",
    ]

    public init(binaries: String, folder: String) {
        self.binaries = binaries
        self.folder = folder
    }

    public enum Status: Hashable, Sendable {
        case absent, stopped
        case running(process: Int)
    }

    private var dataFolder: String { folder + "/data" }

    /// The socket's folder. A socket's path has at most 107 bytes, so a deep checkout uses a folder
    /// in /tmp, named after the checkout.
    public var socketFolder: String {
        folder.utf8.count <= 90
            ? folder : "/tmp/robbieblocks-" + SHA256Digest(hashing: folder).hex(16)
    }

    /// The address of the database `robbieverse` on this server.
    public var target: ConnectionTarget {
        ConnectionTarget(
            settings: [
                "host": socketFolder, "user": "robbieblocks", "dbname": "robbieverse",
            ], source: .embedded)
    }

    public func status() -> Status {
        guard let folder = try? Directory(dataFolder),
            folder.exists("PG_VERSION")
        else { return .absent }
        guard let lines = try? folder.read("postmaster.pid"),
            let first = String(decoding: lines, as: UTF8.self).splitUTF8(separator: "\n").first,
            let process = Int(first), kill(Int32(process), 0) == 0 || errno == EPERM
        else { return .stopped }
        return .running(process: process)
    }

    /// Creates the server's files when missing, starts the server when stopped, and creates the
    /// database when missing.
    ///
    /// - Returns: whether this call started the server.
    @discardableResult
    public func start() throws -> Bool {
        let root = try Directory(folder, creating: true)
        // Two commands started together must not both run initdb.
        let lock = try waitForLock(in: root)
        defer { withExtendedLifetime(lock) {} }
        if case .running = status() {
            try createDatabase()
            return false
        }
        let owner = try prepareOwner()
        if status() == .absent {
            try run(
                "initdb",
                [
                    "-D", dataFolder, "--username=robbieblocks", "--auth=trust", "--encoding=UTF8",
                    "--locale=C.UTF-8", "--no-instructions",
                ], as: owner)
        }
        let options =
            (settings.merging([
                "listen_addresses": "", "unix_socket_directories": socketFolder,
                "unix_socket_permissions": "0700",
            ]) { $1 }).sorted { $0.key < $1.key }
            .map { "-c \($0.key)='\($0.value)'" }.joined(separator: " ")
        try run(
            "pg_ctl",
            ["-D", dataFolder, "-l", folder + "/log", "-w", "-t", "60", "-o", options, "start"],
            as: owner)
        try createDatabase()
        return true
    }

    /// Stops the server after the running statements have ended.
    ///
    /// - Returns: false when the server was not running.
    @discardableResult
    public func stop() throws -> Bool {
        guard case .running = status() else { return false }
        try run(
            "pg_ctl", ["-D", dataFolder, "-m", "fast", "-w", "-t", "60", "stop"],
            as: try prepareOwner())
        return true
    }

    private func createDatabase() throws {
        let connection = try Connection(to: target.database("postgres"))
        let exists = try connection.run("SELECT 1 FROM pg_database WHERE datname = 'robbieverse'")
        if exists.count == 0 { try connection.run("CREATE DATABASE robbieverse") }
    }

    private func waitForLock(in folder: Directory) throws -> FileLock {
        for _ in 0..<600 {
            if let lock = try folder.lock("lock") { return lock }
            usleep(100_000)
        }
        throw Diagnostic(
            .databaseUnavailable, "another command has been starting the database for a minute",
            hint: "see \(folder.path)/log")
    }

    /// The user of the server's processes, and the words to put before each command.
    private struct Owner {
        var prefix: [String] = []
    }

    private func prepareOwner() throws -> Owner {
        for path in [dataFolder, socketFolder] { try Directory.create(path) }
        guard geteuid() == 0 else {
            for path in [dataFolder, socketFolder] { chmod(path, 0o700) }
            return Owner()
        }
        guard let nobody = getpwnam("nobody") else {
            throw Diagnostic(
                .toolMissing, "PostgreSQL cannot run as root, and there is no user 'nobody'")
        }
        let (user, group) = (nobody.pointee.pw_uid, nobody.pointee.pw_gid)
        for path in [folder, dataFolder, socketFolder] { chown(path, user, group) }
        chmod(dataFolder, 0o700)
        var prefix = [
            "setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups",
        ]
        // Below a private folder of root, the server could not reach its own files.
        if !(Self.isOpenToAll(folder) && Self.isOpenToAll(binaries)) {
            prefix += [
                "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
                "--securebits=+no_setuid_fixup",
            ]
        }
        return Owner(prefix: prefix + ["--"])
    }

    /// Whether every folder on the way to `path` can be entered by all users.
    private static func isOpenToAll(_ path: String) -> Bool {
        var parent = ""
        for part in path.splitUTF8(separator: "/") {
            parent += "/" + part
            var status = Glibc.stat()
            guard stat(parent, &status) == 0 else { return false }
            if status.st_mode & S_IXOTH == 0 && parent != path { return false }
        }
        return true
    }

    private func run(_ tool: String, _ arguments: [String], as owner: Owner) throws {
        let command = owner.prefix + ["\(binaries)/\(tool)"] + arguments
        let search = "/usr/sbin:/usr/bin:/sbin:/bin"
        let executable =
            command[0].hasUTF8Prefix("/") ? command[0] : ChildProcess.find(command[0], in: search)
        guard let executable else {
            throw Diagnostic(
                .toolMissing, "'\(command[0])' is not installed", hint: "run: scripts/setup")
        }
        let (ending, output, error) = try ChildProcess.run(
            executable: executable, arguments: Array(command.dropFirst()),
            environment: ["PATH": search, "LC_ALL": "C.UTF-8", "HOME": folder],
            workingFolder: "/", deadline: 90)
        guard ending == .exited(0) else {
            let words = String(decoding: error + output, as: UTF8.self)
                .splitUTF8(separator: "\n").suffix(4).joined(separator: "; ")
            throw Diagnostic(
                .databaseUnavailable, "\(tool) failed: \(words)", hint: "see \(folder)/log")
        }
    }
}
