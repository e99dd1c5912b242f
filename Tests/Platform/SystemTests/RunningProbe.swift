import Foundation
import System
import TestSupport
import Testing

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

    /// Whether a signal was sent to it and has not arrived.
    func isPending(_ signal: Int32) throws -> Bool {
        let status = try String(
            contentsOfFile: "/proc/\(process.identifier)/status", encoding: .utf8)
        let match = try #require(status.firstMatch(of: /ShdPnd:\s+([0-9a-f]+)/))
        let pending = try #require(UInt64(match.1, radix: 16))
        return pending >> (signal - 1) & 1 == 1
    }

    /// How it ended; it is killed when it has not after half a minute.
    func end() -> ChildProcess.Ending {
        process.awaitEnd(milliseconds: 30_000)
        process.send(signal: SIGKILL)
        let ending = process.wait()
        self.ending = ending
        return ending
    }
}
