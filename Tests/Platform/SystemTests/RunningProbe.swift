import Foundation
import System
import TestSupport

/// A program that runs, and what it prints; killed with its last owner.
final class RunningProbe {
    let process: ChildProcess
    private let output: FileHandle
    private var received: [UInt8] = []
    private var ending: ChildProcess.Ending?

    /// Starts `Tests/Support/ServiceProbe`, or another program, with exactly this environment.
    init(
        _ arguments: [String] = [], environment: [String: String] = [:], executable: String? = nil
    ) throws {
        let pipe = Pipe()
        let folder = URL(fileURLWithPath: ProjectFolder.program).deletingLastPathComponent()
        process = try ChildProcess(
            executable: executable ?? folder.appendingPathComponent("ServiceProbe").path,
            arguments: arguments, environment: environment, workingFolder: "/",
            streams: .init(
                output: pipe.fileHandleForWriting.fileDescriptor,
                error: pipe.fileHandleForWriting.fileDescriptor), newGroup: true)
        try pipe.fileHandleForWriting.close()
        output = pipe.fileHandleForReading
    }

    deinit {
        if ending == nil {
            process.send(signal: SIGKILL)
            process.wait()
        }
    }

    /// Waits for the next line and checks how it starts.
    func expect(_ start: String) throws {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: received[..<end], as: UTF8.self)
                received.removeFirst(end + 1)
                guard line.hasPrefix(start) else {
                    throw HTTPClient.Failure(description: "'\(line)' instead of '\(start)'")
                }
                return
            }
            guard try receive() else {
                throw HTTPClient.Failure(description: "it ended instead of printing '\(start)'")
            }
        }
    }

    func readToEnd() throws -> String {
        while try receive() {}
        return String(decoding: received, as: UTF8.self)
    }

    /// - Returns: false at the end of the output.
    private func receive() throws -> Bool {
        var poll = pollfd(fd: output.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, 20_000) > 0 else {
            throw HTTPClient.Failure(description: "nothing was printed for 20 s")
        }
        let data = output.availableData
        received += data
        return !data.isEmpty
    }

    var isRunning: Bool { hasEnded(within: 200) == false }

    /// How it ended; it is killed when it has not in time.
    func end(within milliseconds: Int) -> ChildProcess.Ending {
        if !hasEnded(within: milliseconds) { process.send(signal: SIGKILL) }
        let ending = process.wait()
        self.ending = ending
        return ending
    }

    private func hasEnded(within milliseconds: Int) -> Bool {
        let deadline = monotonicMilliseconds() + milliseconds
        var status = siginfo_t()
        repeat {
            let answer = waitid(
                P_PID, id_t(process.identifier), &status, WEXITED | WNOHANG | WNOWAIT)
            if answer == 0, status.si_signo == SIGCHLD { return true }
            usleep(5000)
        } while monotonicMilliseconds() < deadline
        return false
    }
}
