import Foundation
import Synchronization
import System

/// A chromedriver of a test's own: a free port, a folder for all that it and its browsers write, and
/// no process left when it has ended.
final class WebDriverProcess: Sendable {
    static let executable = "/usr/bin/chromedriver"

    let folder: TestFolder
    let port: Int
    private let process: ChildProcess
    private let isRunning = Mutex(true)

    /// Starts chromedriver and waits until it names its port.
    static func start() async throws -> WebDriverProcess {
        let folder = try TestFolder()
        let log = folder.path + "/chromedriver.log"
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw WebDriver.Failure("cannot write \(log)") }
        defer { close(descriptor) }
        let process = try ChildProcess(
            executable: executable, arguments: ["--port=0"],
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path,
                "LANG": "C.UTF-8", "TZ": "UTC",
            ],
            workingFolder: folder.path,
            streams: .init(output: descriptor, error: descriptor), newGroup: true)
        var port: Int?
        var text = ""
        do {
            try await waitUntil("chromedriver names its port") {
                text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                port = text.firstMatch(of: /started successfully on port ([0-9]+)/)
                    .flatMap { Int($0.1) }
                return port != nil || process.hasEnded
            }
            guard let port else { throw WebDriver.Failure("chromedriver ended") }
            return WebDriverProcess(folder: folder, port: port, process: process)
        } catch {
            process.end(SIGKILL)
            throw WebDriver.Failure("\(error): \(text)")
        }
    }

    private init(folder: TestFolder, port: Int, process: ChildProcess) {
        self.folder = folder
        self.port = port
        self.process = process
    }

    deinit { end() }

    /// Ends chromedriver and every process below it; again it does nothing.
    func end() {
        let wasRunning = isRunning.withLock { running in
            defer { running = false }
            return running
        }
        guard wasRunning else { return }
        let browsers = Self.descendants(of: process.identifier)
        process.end()
        // A process id can be reused by a later process.
        for browser in browsers where Self.stat(browser.pid)?.start == browser.start {
            kill(browser.pid, SIGKILL)
        }
    }

    private struct Descendant {
        var pid: pid_t
        /// Clock ticks since the machine started.
        var start: Int
    }

    private static func descendants(of root: pid_t) -> [Descendant] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var children: [pid_t: [Descendant]] = [:]
        for pid in names.compactMap({ pid_t($0) }) {
            guard let stat = stat(pid) else { continue }
            children[stat.parent, default: []].append(.init(pid: pid, start: stat.start))
        }
        var found: [Descendant] = []
        var queue = [root]
        while let next = queue.popLast() {
            found += children[next] ?? []
            queue += (children[next] ?? []).map(\.pid)
        }
        return found
    }

    private static func stat(_ pid: pid_t) -> (parent: pid_t, start: Int)? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[name...].split(separator: " ")
        guard fields.count > 20, let parent = pid_t(fields[2]), let start = Int(fields[20]) else {
            return nil
        }
        return (parent, start)
    }
}
