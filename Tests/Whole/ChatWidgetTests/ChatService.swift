import Foundation
import Synchronization
import System
import TestSupport

/// The real chat service of some nodes, as its own process on a port that stays the same.
final class ChatService: Sendable {
    static let adminToken = "the-token-of-a-test-that-is-long-enough"

    var port: Int { reserved.port }
    private let reserved: ReservedPort
    private let arguments: [String]
    private let environment: [String: String]
    private let folder: TestFolder
    private let process = Mutex<ChildProcess?>(nil)

    /// - Parameter output: the folder that holds `<node>/current`.
    init(nodes: [String], database: TestDatabase, output: String, reserved: ReservedPort) throws {
        self.reserved = reserved
        folder = try TestFolder()
        arguments =
            ["chat"] + nodes.flatMap { ["--node", $0] }
            + ["--port", String(reserved.port), "--output", output]
        environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "ROBBIEBLOCKS_HOME": ProjectFolder.path,
            "DATABASE_URL": database.url, "ROBBIEBLOCKS_ADMIN_TOKEN": Self.adminToken,
            "ROBBIEBLOCKS_CHAT_SECRET": String(repeating: "s", count: 40),
        ]
    }

    deinit { end(SIGKILL) }

    /// Starts the service and waits until it is ready.
    func start() async throws {
        let log = folder.path + "/log"
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer { close(descriptor) }
        let child = try ChildProcess(
            executable: ProjectFolder.program, arguments: arguments, environment: environment,
            workingFolder: folder.path, streams: .init(output: descriptor, error: descriptor),
            newGroup: true)
        process.withLock { $0 = child }
        do {
            try await waitUntil("the chat service answers", every: .milliseconds(20)) {
                guard !child.hasEnded else {
                    throw HTTPClient.Failure(description: "the chat service ended")
                }
                return (try? await HTTPClient(port: port).send("GET", "/api/health"))?.status == 200
            }
        } catch {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            throw HTTPClient.Failure(description: "\(error): \(text)")
        }
    }

    /// Ends the service and waits for it.
    func end(_ signal: Int32 = SIGTERM) {
        let child = process.withLock { process in
            defer { process = nil }
            return process
        }
        child?.end(signal)
    }
}
