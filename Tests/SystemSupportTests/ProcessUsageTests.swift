import Foundation
import SystemSupport
import TestSupport
import Testing

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
}
