import Foundation
import Synchronization
import SystemSupport
import TestSupport

/// `robbieblocks`, the real program, while it runs: to be paused, killed and listened to.
final class RunningProgram: Sendable {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let process: ChildProcess
    private let folder: TestFolder
    private let hasEnded = Mutex(false)

    convenience init(_ arguments: String..., database: String) throws {
        try self.init(arguments, database: database)
    }

    init(_ arguments: [String], database: String) throws {
        folder = try TestFolder()
        let descriptor = open(
            folder.path + "/output", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(description: "cannot write a log") }
        defer { close(descriptor) }
        process = try ChildProcess(
            executable: ProjectFolder.program, arguments: arguments,
            environment: [
                "PATH": "/usr/bin:/bin", "DATABASE_URL": database,
                "ROBBIEBLOCKS_HOME": ProjectFolder.path,
            ], workingFolder: folder.path,
            streams: .init(output: descriptor, error: descriptor), newGroup: true)
    }

    deinit { kill() }

    /// What it has printed so far.
    var output: String {
        (try? String(contentsOfFile: folder.path + "/output", encoding: .utf8)) ?? ""
    }

    /// Ends it as a power failure would, and waits until it is gone.
    @discardableResult
    func kill() -> ChildProcess.Ending? {
        hasEnded.withLock { hasEnded in
            guard !hasEnded else { return nil }
            hasEnded = true
            process.send(signal: SIGKILL)
            return process.wait()
        }
    }

    func pause() { process.send(signal: SIGSTOP) }

    func proceed() { process.send(signal: SIGCONT) }

    /// Asks it to stop, and waits until it has.
    ///
    /// - Returns: how it ended; it is killed when it has not after ten seconds.
    func terminate() async throws -> ChildProcess.Ending? {
        process.send(signal: SIGTERM)
        var status = siginfo_t()
        try? await waitUntil("it ends", seconds: 10) {
            waitid(P_PID, id_t(process.identifier), &status, WEXITED | WNOHANG | WNOWAIT) == 0
                && status.si_signo == SIGCHLD
        }
        return kill()
    }

    /// How often it has printed `text`.
    func count(of text: String) -> Int { output.components(separatedBy: text).count - 1 }

    /// Waits until it has printed `text`.
    func waitFor(_ text: String, times: Int = 1, seconds: Int = 30) async throws {
        do {
            try await waitUntil("it prints '\(text)'", seconds: seconds) {
                count(of: text) >= times
            }
        } catch {
            throw Failure(description: "\(error); it printed: \(output)")
        }
    }
}

/// Waits until something is so; the limit is for what goes wrong, not for what takes its time.
func waitUntil(
    _ what: String, seconds: Int = 30, _ condition: () async throws -> Bool
) async throws {
    let deadline = monotonicMilliseconds() + seconds * 1000
    while true {
        if try await condition() { return }
        guard monotonicMilliseconds() < deadline else {
            throw RunningProgram.Failure(
                description: "after \(seconds) s it is not so that \(what)")
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}
