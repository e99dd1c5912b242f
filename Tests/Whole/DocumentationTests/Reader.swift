import Foundation
import System
import TestSupport

/// A person at a terminal who does what the README says: a project's folder, a database with the
/// starter content, and the program on PATH.
struct Reader {
    private let database: TestDatabase
    private let folder: TestFolder

    init() async throws {
        database = try await TestDatabase()
        try database.loadStarterContent()
        folder = try TestFolder()
        for name in ["templates", "branding", "database"] {
            try FileManager.default.copyItem(
                atPath: "\(ProjectFolder.path)/\(name)", toPath: "\(folder.path)/\(name)")
        }
    }

    private var environment: [String: String] {
        let program = URL(fileURLWithPath: ProjectFolder.program).deletingLastPathComponent().path
        return [
            "PATH": "\(program):/usr/local/bin:/usr/bin:/bin", "HOME": folder.path,
            "DATABASE_URL": database.url, "ROBBIEBLOCKS_HOME": folder.path,
            "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
        ]
    }

    struct Result: Sendable {
        var ending: ChildProcess.Ending
        var lines: [String]
    }

    /// Runs a script; the first command that fails ends it.
    func run(_ script: String) async throws -> Result {
        let (environment, folder) = (environment, folder.path)
        return try await HTTPClient(port: 0).onThread {
            let result = try ChildProcess.run(
                executable: "/bin/sh", arguments: ["-euc", script], environment: environment,
                workingFolder: folder, deadline: 60)
            let text = String(decoding: result.output + result.error, as: UTF8.self)
            return Result(
                ending: result.ending, lines: text.split(separator: "\n").map(String.init))
        }
    }

    /// Starts `robbieblocks serve` as the script has it, on a free port, asks for `path`, and ends it.
    func ask(_ path: String, of script: String) async throws -> HTTPAnswer {
        let log = folder.path + "/serve.log"
        let descriptor = open(log, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw HTTPClient.Failure(description: "cannot write \(log)") }
        defer { close(descriptor) }
        let arguments = script.split(separator: " ").dropFirst().map(String.init)
        let server = try ChildProcess(
            executable: ProjectFolder.program, arguments: arguments + ["--port", "0"],
            environment: environment, workingFolder: folder.path,
            streams: .init(output: descriptor, error: descriptor))
        defer {
            server.send(signal: SIGTERM)
            server.wait()
        }
        var (text, port) = ("", 0)
        do {
            try await waitUntil("the server says its address") {
                text = try String(contentsOfFile: log, encoding: .utf8)
                port = text.firstMatch(of: /127\.0\.0\.1:([0-9]+)/).flatMap { Int($0.1) } ?? 0
                return port > 0
            }
        } catch {
            throw HTTPClient.Failure(description: "\(error): \(text)")
        }
        return try await HTTPClient(port: port).send("GET", path)
    }
}
