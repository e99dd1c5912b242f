import Foundation
import System
import TestSupport

/// `robbieblocks serve`, the real program, on a free port.
final class PreviewProgram: Sendable {
    let port: Int
    private let process: ChildProcess
    private let folder: TestFolder

    /// Starts the program and waits until it says where it is.
    static func start(node: String, output: String) async throws -> PreviewProgram {
        let folder = try TestFolder()
        let log = folder.path + "/output"
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw HTTPClient.Failure(description: "cannot write \(log)")
        }
        defer { close(descriptor) }
        let process = try ChildProcess(
            executable: ProjectFolder.program,
            arguments: ["serve", "--node", node, "--port", "0", "--output", output],
            environment: ["PATH": "/usr/bin:/bin"], workingFolder: folder.path,
            streams: .init(output: descriptor, error: descriptor), newGroup: true)
        for _ in 0..<500 {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            if let match = text.firstMatch(of: /is at http:\/\/127\.0\.0\.1:([0-9]+)\//),
                let port = Int(match.1)
            {
                return PreviewProgram(port: port, process: process, folder: folder)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        process.send(signal: SIGKILL)
        process.wait()
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        throw HTTPClient.Failure(description: "serve does not start: \(text)")
    }

    private init(port: Int, process: ChildProcess, folder: TestFolder) {
        self.port = port
        self.process = process
        self.folder = folder
    }

    /// Ends the program as Ctrl-C does.
    ///
    /// - Returns: how it ended; it is killed when it has not after five seconds.
    func interrupt() -> ChildProcess.Ending {
        process.send(signal: SIGINT)
        let deadline = monotonicMilliseconds() + 5000
        var status = siginfo_t()
        while monotonicMilliseconds() < deadline {
            let answer = waitid(
                P_PID, id_t(process.identifier), &status, WEXITED | WNOHANG | WNOWAIT)
            if answer == 0, status.si_signo == SIGCHLD { return process.wait() }
            usleep(20_000)
        }
        process.send(signal: SIGKILL)
        return process.wait()
    }
}
