import Foundation
import TestSupport
import Testing

@testable import System

@Suite struct ProcessUsageTests {
    /// In a program of its own, where nobody else opens and closes anything meanwhile.
    @Test func whatAProgramTakesIsSeen() throws {
        let lines = try RunningProbe(["usage"]).readToEnd().split(separator: "\n")
        let figures = lines.map { $0.split(separator: " ").compactMap { Double($0) } }
        try #require(figures.map(\.count) == [3, 3])
        #expect(figures[1][0] == figures[0][0] + 40)
        #expect(figures[1][1] >= figures[0][1] + 64_000_000)
        #expect(figures[1][2] >= figures[0][2])
    }

    @Test func thisProcessWasStartedAWhileAgo() throws {
        let usage = try #require(ProcessUsage.current())
        let age = Date().timeIntervalSince1970 - usage.startTime
        // The time at which the machine was started is known to the second.
        #expect(age > -1 && age < 86400)
        #expect(usage.processorSeconds > 0)
        #expect(usage.openDescriptors >= 3)
    }

    /// What was run once is not in memory for ever; what runs on comes back.
    @Test func codeIsLetGo() throws {
        let figures = try RunningProbe(["code"]).readToEnd().split(separator: "\n")
            .compactMap { Int($0) }
        try #require(figures.count == 2)
        #expect(figures[1] < figures[0] - 1_000_000)
    }

    @Test(arguments: [
        ("55d0a1c00000-55d0a2000000 r-xp 0031b000 fe:00 53        /usr/bin/a program", true),
        ("55d0a1c00000-55d0a2000000 r--p 0031b000 fe:00 53 /usr/bin/program", false),
        ("55d0a1c00000-55d0a2000000 rwxp 0031b000 fe:00 53 /usr/bin/program", false),
        ("7ffd1c5f2000-7ffd1c5f4000 r-xp 00000000 00:00 0    [vdso]", false),
        ("7f0000000000-7f0000001000 r-xp 00000000 00:01 7    /memfd:code (deleted)", false),
        ("7f0000000000-7f0000001000 r-xp 00000000 00:00 0", false), ("", false),
    ])
    func onlyCodeOfFilesIsLetGo(_ line: String, _ isCode: Bool) {
        #expect(codeMapping(line) == (isCode ? 0x55d0_a1c0_0000..<0x55d0_a200_0000 : nil))
    }
}
