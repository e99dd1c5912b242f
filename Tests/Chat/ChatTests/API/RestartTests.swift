import Foundation
import Synchronization
import System
import TestSupport
import Testing

/// The program under a service manager that holds its port.
@Suite("A restart", .timeLimit(.minutes(2)))
struct RestartTests {
    private static let activator = "/usr/bin/systemd-socket-activate"

    /// Starts the chat with a listening socket as descriptor 3, as systemd hands it over; by systemd's
    /// own program where there is one, which starts the chat with the first connection.
    private static func start(
        _ port: SilentPort, for site: TestSite, in folder: TestFolder, activated: Bool
    ) throws -> ChildProcess {
        let environment = [
            "PATH": "/usr/bin:/bin", "ROBBIEBLOCKS_HOME": ProjectFolder.path,
            "DATABASE_URL": site.database.url, "TMPDIR": folder.path,
            "ROBBIEBLOCKS_CHAT_SECRET": RunningChat.secret,
            "ROBBIEBLOCKS_CHAT_LIMITS":
                "requests-per-address=100000 questions-per-address=100000 "
                + "questions-per-node=100000",
        ]
        let program = [
            ProjectFolder.program, "chat", "--node", site.node, "--port", "1", "--output",
            site.output,
        ]
        let names = environment.keys.sorted().flatMap { ["-E", $0] }
        let script = "exec 3<&0 0</dev/null; export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$@\""
        let held = try port.copy()
        let log = open(folder.path + "/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer {
            close(held)
            close(log)
        }
        return try ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", script, "sh"] + (activated ? [activator] + names : []) + program,
            environment: environment, workingFolder: folder.path,
            streams: .init(input: held, output: log, error: log), newGroup: true)
    }

    /// What those who ask know of one another.
    private final class Run: Sendable {
        let isOver = Mutex(false)
        let answered = Mutex(0)
    }

    /// Asks until the run is over.
    ///
    /// - Returns: what was no answer.
    @concurrent
    private static func ask(port: Int, _ run: Run) async -> [String] {
        let client = HTTPClient(port: port)
        let body = Array(#"{"message":"Do you sell lanterns?"}"#.utf8)
        var faults: [String] = []
        while !run.isOver.withLock({ $0 }) {
            do {
                let answer = try await client.send(
                    "POST", "/api/chat", headers: ["content-type": "application/json"], body: body)
                if answer.status != 200 { faults.append(answer.text) }
            } catch { faults.append("\(error)") }
            run.answered.withLock { $0 += 1 }
        }
        return faults
    }

    @Test("refuses no connection when the service manager holds the port")
    func restart() async throws {
        let site = try await TestSite(
            """
            INSERT INTO robbieblocks_pages
                (page_key, app_namespace, page_name, page_route, content, status)
            VALUES ('home', 'shared', 'Home', '/', 'We sell paper lanterns.', 'published')
            """)
        try await site.build()
        let (port, folder) = (try SilentPort(), try TestFolder())
        let (run, number) = (Run(), port.port)
        var chat = try Self.start(
            port, for: site, in: folder,
            activated: FileManager.default.isExecutableFile(atPath: Self.activator))
        defer {
            chat.send(signal: SIGKILL)
            chat.wait()
        }
        let faults = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask { await Self.ask(port: number, run) }
            }
            func waitForAnswers(_ count: Int) async throws {
                let before = run.answered.withLock { $0 }
                try await waitUntil("questions are answered") {
                    run.answered.withLock { $0 } >= before + count
                }
            }
            try await waitForAnswers(12)
            for _ in 0..<3 {
                chat.send(signal: SIGTERM)
                #expect(chat.wait() == .exited(0))
                chat = try Self.start(port, for: site, in: folder, activated: false)
                try await waitForAnswers(12)
            }
            run.isOver.withLock { $0 = true }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let log = try String(contentsOfFile: folder.path + "/log", encoding: .utf8)
        #expect(faults.isEmpty, "\(faults.prefix(4)) \(log)")
        #expect(log.contains("answering for \(site.node) at http://127.0.0.1:\(port.port)/"))
    }
}
