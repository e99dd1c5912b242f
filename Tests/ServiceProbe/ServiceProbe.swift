import Glibc
import SystemSupport

/// A program without an end of its own: it prints what signals ask of it, and what its children get.
///
///     ServiceProbe            prints each request, and goes on whatever it is
///     ServiceProbe children   prints the signal state and the environment of a child of its own
@main
enum ServiceProbe {
    static func main() async throws {
        signal(SIGPIPE, SIG_IGN)
        let manager = ServiceManager.takeFromEnvironment()
        let signals = try TerminationSignals()
        if CommandLine.arguments.dropFirst().first == "children" { return try showChild() }
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

    /// At once: the test reads while the program runs.
    private static func say(_ text: String) {
        print(text)
        fflush(nil)
    }
}
