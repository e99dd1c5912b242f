import Foundation
import System
import TestSupport
import Testing

/// In a program of their own, as signals are a process's.
@Suite struct TerminationSignalsTests {
    @Test func rescansAndThenStops() throws {
        let probe = try RunningProbe()
        try probe.expect("ready")
        for _ in 0..<3 {
            probe.process.send(signal: SIGHUP)
            try probe.expect("rescan")
        }
        probe.process.send(signal: SIGTERM)
        try probe.expect("stop")
        try probe.expect("waiting")
        // Asked once more in the same way, it still finishes what is under way: it is the second SIGINT
        // that ends it.
        for signal in [SIGTERM, SIGHUP, SIGINT] {
            probe.process.send(signal: signal)
            try blockUntil("the signal has arrived") { try !probe.isPending(signal) }
        }
        probe.process.send(signal: SIGINT)
        #expect(probe.end() == .killed(signal: SIGINT))
    }

    @Test func theSecondInterruptEndsAtOnce() throws {
        let probe = try RunningProbe()
        try probe.expect("ready")
        probe.process.send(signal: SIGINT)
        try probe.expect("stop")
        try probe.expect("waiting")
        probe.process.send(signal: SIGINT)
        #expect(probe.end() == .killed(signal: SIGINT))
    }

    @Test func childrenGetWhatTheyWouldGetFromAShell() throws {
        let socket = try NotifySocket()
        let probe = try RunningProbe(
            ["children"],
            environment: [
                "NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1",
                "PATH": "/usr/bin:/bin",
            ])
        let lines = try probe.readToEnd().split(separator: "\n")
        for field in ["SigBlk", "SigIgn", "SigCgt"] {
            let line = try #require(lines.first { $0.hasPrefix(field + ":") })
            let mask = try #require(UInt64(line.split(separator: "\t")[1], radix: 16))
            #expect(mask & 0x7fff_ffff == 0, "\(line)")
        }
        #expect(lines.contains("PATH=/usr/bin:/bin"))
        #expect(!lines.contains { $0.hasPrefix("NOTIFY_") || $0.hasPrefix("WATCHDOG_") })
    }

    @Test func theServiceManagerHearsOfStartAndStop() throws {
        let socket = try NotifySocket()
        let probe = try RunningProbe(environment: ["NOTIFY_SOCKET": socket.address])
        #expect(try socket.receive() == "READY=1\nSTATUS=the probe runs")
        probe.process.send(signal: SIGTERM)
        #expect(try socket.receive() == "STOPPING=1")
    }

    /// The real program: SIGTERM is a clean end.
    @Test(arguments: [SIGTERM, SIGINT])
    func serveEndsCleanly(signal: Int32) throws {
        let folder = try TestFolder()
        try folder.write("home/trees/a/index.html", "<h1>home</h1>")
        try folder.link("home/current", to: "trees/a")
        let probe = try RunningProbe(
            ["serve", "--node", "home", "--port", "0", "--output", folder.path],
            executable: ProjectFolder.program)
        // No database has the node.
        try probe.expect("without chat: ")
        try probe.expect("home is at http://127.0.0.1:")
        probe.process.send(signal: signal)
        #expect(probe.end() == .exited(0))
    }
}
