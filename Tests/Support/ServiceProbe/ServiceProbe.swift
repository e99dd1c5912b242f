import Glibc
import System

/// A program without an end of its own: it prints what signals ask of it, and what its children get.
///
///     ServiceProbe            prints each request, and goes on whatever it is
///     ServiceProbe children   prints the signal state and the environment of a child of its own
///     ServiceProbe usage      prints what it takes before and after it takes more
///     ServiceProbe code       prints its memory before and after it let go of its code
@main
enum ServiceProbe {
    static func main() async throws {
        signal(SIGPIPE, SIG_IGN)
        let manager = ServiceManager.takeFromEnvironment()
        let signals = try TerminationSignals()
        switch CommandLine.arguments.dropFirst().first {
        case "children": return try showChild()
        case "usage": return try showUsage()
        case "code": return showCode()
        default: break
        }
        try manager.ready(status: "the probe runs")
        say("ready")
        for await request in signals.requests { say("\(request)") }
        try manager.stopping()
        say("waiting")
        // What holds up the end: a second SIGINT is the way out.
        try await Task.sleep(for: .seconds(60))
    }

    /// A shell's own view, after the start through `ChildProcess`.
    private static func showChild() throws {
        let script = "cat /proc/self/status; env"
        let environment = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "PATH"]
            .reduce(into: [:]) { $0[$1] = environmentVariable($1) }
        let result = try ChildProcess.run(
            executable: "/bin/sh", arguments: ["-c", script], environment: environment)
        say(String(decoding: result.output, as: UTF8.self))
    }

    /// Forty descriptors, 64 MiB that are written to, and what that takes of the processor.
    private static func showUsage() throws {
        func show() {
            guard let usage = ProcessUsage.current() else { return }
            say("\(usage.openDescriptors) \(usage.residentBytes) \(usage.processorSeconds)")
        }
        show()
        let folders = try (0..<40).map { _ in try Directory("/") }
        let bytes = [UInt8](repeating: 1, count: 64 << 20)
        show()
        withExtendedLifetime((folders, bytes)) {}
    }

    private static func showCode() {
        for _ in 0..<2 {
            say("\(ProcessUsage.current()?.residentBytes ?? 0)")
            releaseCodePages()
        }
    }

    /// At once: the test reads while the program runs.
    private static func say(_ text: String) {
        print(text)
        fflush(nil)
    }
}
