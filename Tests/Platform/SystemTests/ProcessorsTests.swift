import CLinux
import Foundation
import TestSupport
import Testing

@testable import System

@Suite struct ProcessorsTests {
    /// Writes files of control groups and reads the quota of a process in `groups`.
    private func processors(_ groups: String, _ files: [String: String]) throws -> Int? {
        let folder = try TestFolder()
        for (path, text) in files { try folder.write(path, text) }
        return ProcessorQuota(groups: groups, mount: folder.path).processors
    }

    @Test func quotasOfBothVersionsAreRead() throws {
        let group = "0::/system.slice/rb.service\n"
        let own = "system.slice/rb.service/cpu.max"
        #expect(try processors(group, [:]) == nil)
        #expect(try processors(group, [own: "max 100000\n"]) == nil)
        #expect(try processors(group, [own: "50000 100000\n"]) == 1)
        #expect(try processors(group, [own: "250000 100000\n"]) == 3)
        #expect(try processors(group, [own: "broken\n"]) == nil)
        // A group above gives less; a container sees its own group as the topmost.
        #expect(
            try processors(
                group, [own: "800000 100000\n", "system.slice/cpu.max": "200000 100000\n"]) == 2)
        #expect(try processors("0::/\n", ["cpu.max": "150000 100000\n"]) == 2)

        let legacy = "12:memory:/docker/a\n4:cpu,cpuacct:/docker/a\n"
        func files(_ folder: String, _ quota: String) -> [String: String] {
            ["\(folder)/cpu.cfs_quota_us": quota, "\(folder)/cpu.cfs_period_us": "100000\n"]
        }
        #expect(try processors(legacy, files("cpu,cpuacct/docker/a", "-1\n")) == nil)
        #expect(try processors(legacy, files("cpu,cpuacct/docker/a", "120000\n")) == 2)
        #expect(try processors(legacy, files("cpu", "300000\n")) == 3)
    }

    @Test func theAffinityMaskCounts() throws {
        var before = [UInt8](repeating: 0, count: 8192)
        let size = UInt(before.count)
        #expect(sched_getaffinity(0, size, &before) == 0)
        let first = try #require(before.firstIndex { $0 != 0 })
        var one = [UInt8](repeating: 0, count: before.count)
        one[first] = UInt8(1) << UInt8(before[first].trailingZeroBitCount)
        #expect(processorCount() >= 1)
        // The mask is a thread's own, and nothing here leaves the thread.
        #expect(sched_setaffinity(0, size, &one) == 0)
        let count = processorCount()
        #expect(sched_setaffinity(0, size, &before) == 0)
        #expect(count == 1)
    }
}
