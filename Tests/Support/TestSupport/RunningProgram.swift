import Foundation
import Synchronization
public import System

/// `robbieblocks`, the real program, while it runs: to be paused, killed and listened to.
public final class RunningProgram: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        public init(description: String) { self.description = description }
    }

    public let process: ChildProcess
    private let folder: TestFolder
    private let hasEnded = Mutex(false)

    public convenience init(_ arguments: String..., database: String) throws {
        try self.init(arguments, database: database)
    }

    /// - Parameters:
    ///   - executable: another program than `robbieblocks`.
    ///   - environment: what it gets beside PATH, the database and the project.
    public init(
        _ arguments: [String], database: String? = nil,
        executable: String = ProjectFolder.program, environment: [String: String] = [:]
    ) throws {
        folder = try TestFolder()
        let descriptor = open(
            folder.path + "/output", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure(description: "cannot write a log") }
        defer { close(descriptor) }
        // A killed program leaves its temporary files.
        var variables = [
            "PATH": "/usr/bin:/bin", "ROBBIEBLOCKS_HOME": ProjectFolder.path,
            "TMPDIR": folder.path,
        ]
        variables["DATABASE_URL"] = database
        process = try ChildProcess(
            executable: executable, arguments: arguments,
            environment: variables.merging(environment) { _, given in given },
            workingFolder: folder.path,
            streams: .init(output: descriptor, error: descriptor), newGroup: true)
    }

    deinit { kill() }

    /// The output so far.
    public var output: String {
        (try? String(contentsOfFile: folder.path + "/output", encoding: .utf8)) ?? ""
    }

    /// Ends it as a power failure would, and waits until it is gone.
    @discardableResult
    public func kill() -> ChildProcess.Ending? {
        hasEnded.withLock { hasEnded in
            guard !hasEnded else { return nil }
            hasEnded = true
            process.send(signal: SIGKILL)
            return process.wait()
        }
    }

    public func pause() { process.send(signal: SIGSTOP) }

    public func proceed() { process.send(signal: SIGCONT) }

    /// Asks it to stop, and waits until it has.
    ///
    /// - Returns: how it ended; it is killed when it has not after ten seconds.
    public func terminate() async throws -> ChildProcess.Ending? {
        process.send(signal: SIGTERM)
        try? await waitUntil("it ends", seconds: 10) { hasStopped }
        return kill()
    }

    /// Whether it has ended by itself.
    public var hasStopped: Bool { process.hasEnded }

    /// How often it has printed `text`.
    public func count(of text: String) -> Int { output.components(separatedBy: text).count - 1 }

    /// Waits until it has printed `text`.
    public func waitFor(_ text: String, times: Int = 1, seconds: Int = 30) async throws {
        do {
            try await waitUntil("it prints '\(text)'", seconds: seconds) {
                count(of: text) >= times
            }
        } catch {
            throw Failure(description: "\(error); it printed: \(output)")
        }
    }
}
