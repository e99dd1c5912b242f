import Foundation
import Publishing
import System
import TestSupport
import Testing

/// What a release leaves when its process is killed, or finds the disk full, at any instant.
///
/// The work is done by `PublishingWorkload`, in which `CFaultInjection` stands before every call that
/// changes the file system, those of SQLite included.
@Suite struct CrashTests {
    private enum Fault: String, CaseIterable { case kill, full, blip }

    /// A site on which one process after another works.
    private final class Victim {
        let output: String
        let folder: SiteFolder
        private(set) var newest = 0
        private(set) var seed: UInt64

        init(output: String, seed: UInt64) throws {
            self.output = output
            self.seed = seed
            folder = try SiteFolder(output: output, node: "n")
        }

        /// Runs one random release.
        func run(_ fault: Fault? = nil, step: Int = 0) throws -> Program.Result {
            seed += 1
            return try Program.run(
                ProjectFolder.path(ofProgram: "PublishingWorkload"), ["random", output, "\(seed)"],
                environment: fault.map {
                    ["FAULT_KIND": $0.rawValue, "FAULT_STEP": "\(step)"]
                } ?? [:])
        }

        /// Looks at what was left, then opens the site as the next one would, and looks again.
        func verify() throws {
            // As a new process sees it.
            let folder = try SiteFolder(output: output, node: "n")
            try PublishedTree.verify(folder, isSettled: false)
            try folder.beginRelease().discard()
            try PublishedTree.verify(folder)
            let releases = try folder.releases()
            guard let last = releases.first else { return }
            #expect(last.number >= newest, "a release that was committed is gone")
            newest = last.number
            let live = try folder.currentRelease()?.number
            #expect(try live == folder.hold()?.release ?? live)
            if try folder.hold() == nil, releases.count == 1 { #expect(live == newest) }

            let state = try folder.state()
            let manifest = try folder.manifest(of: newest)
            #expect(state.pages.count == manifest.pageCount)
            for page in state.pages.values {
                #expect(manifest.files[page.file]?.digest == page.fingerprint, "\(page.file)")
            }
            try verifyObjects()
            if seed % 5 == 0, let live {
                try folder.prepareSpareTree()
                for tree in ["trees/a", "trees/b"] {
                    try PublishedTree.verify(folder, tree: tree, release: live)
                }
            }
        }

        /// The store holds what the ledger knows, and nothing else.
        private func verifyObjects() throws {
            let ledger = try Database(
                path: output + "/n/ledger.sqlite", access: .readOnly)
            let known = try ledger.query("SELECT DISTINCT digest FROM files") {
                try $0.digest(0).description
            }
            let store = try Directory(output + "/n/objects")
            let stored = try store.names().flatMap { folder in
                try store.names(in: folder).map { folder + $0 }
            }
            #expect(Set(stored) == Set(known))
        }
    }

    /// Visits step after step, wrapping around at a release's end, until enough went wrong.
    private func visitSteps(
        _ fault: Fault, seed: UInt64, count: Int, check: (Program.Result, Victim) throws -> Void
    ) throws {
        let output = try TestFolder()
        let victim = try Victim(output: output.path, seed: seed * 100_000)
        var (step, faults) = (1, 0)
        while faults < count {
            let result = try victim.run(fault, step: step)
            if result.status == 0 {
                // The step lay behind its end.
                step = 1
            } else {
                faults += 1
                step += 1
            }
            do {
                try check(result, victim)
                if fault == .kill { try victim.verify() }
            } catch {
                Issue.record(
                    "\(fault) at step \(step) of seed \(victim.seed): \(error); \(result.output)")
                return
            }
        }
    }

    /// Four sites, more than 60 deaths each.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func survivesBeingKilledAtEveryStep(seed: UInt64) throws {
        try visitSteps(.kill, seed: seed, count: 65) { result, _ in
            #expect([0, 128 + SIGKILL].contains(result.status), "\(result.output)")
        }
    }

    /// Killed from outside, at times that nobody chose.
    @Test func survivesBeingKilledAtRandomTimes() throws {
        let output = try TestFolder()
        let victim = try Victim(output: output.path, seed: 7)
        var deaths = 0
        for _ in 0..<40 {
            let child = try ChildProcess(
                executable: ProjectFolder.path(ofProgram: "PublishingWorkload"),
                arguments: ["random", output.path, "\(victim.seed)"], environment: [:])
            usleep(UInt32.random(in: 1000...40_000))
            child.send(signal: SIGKILL)
            if child.wait() == .killed(signal: SIGKILL) { deaths += 1 }
            try victim.verify()
            _ = try victim.run()
            try victim.verify()
        }
        #expect(deaths > 0)
    }

    @Test func survivesAFullDiskFromEveryStepOn() throws {
        try visitSteps(.full, seed: 9, count: 120) { result, victim in
            if result.status != 0 {
                #expect(result.status == 3)
                #expect(result.output.contains("No space left on device"), "\(result.output)")
            }
            try Self.goesOn(victim)
        }
    }

    /// One call alone finds no room, and those that clean up after it do.
    @Test func survivesACallThatFailsAtEveryStep() throws {
        try visitSteps(.blip, seed: 11, count: 120) { result, victim in
            if result.status != 0 {
                #expect(result.status == 3)
                #expect(result.output.contains("error: cannot "), "\(result.output)")
            }
            try Self.goesOn(victim)
        }
    }

    /// The old site is there, and with room again the next release goes through.
    private static func goesOn(_ victim: Victim) throws {
        let folder = try SiteFolder(output: victim.output, node: "n")
        try PublishedTree.verify(folder, isSettled: false)
        let next = try victim.run()
        #expect(next.status == 0, "\(next.output)")
        try victim.verify()
    }

    /// A real file system of a few hundred kibibytes, filled to within a few pages.
    @Test(.enabled(if: getuid() == 0, "only root can mount a small file system"))
    func survivesAFullFileSystem() throws {
        let mountPoint = try TestFolder()
        let mounted = try Program.run(
            "/usr/bin/mount", ["-t", "tmpfs", "-o", "size=1536k", "none", mountPoint.path])
        try #require(mounted.status == 0, "\(mounted.errors)")
        defer { _ = try? Program.run("/usr/bin/umount", ["-l", mountPoint.path]) }
        let victim = try Victim(output: mountPoint.path + "/out", seed: 77)
        for _ in 0..<3 { #expect(try victim.run().status == 0) }
        try victim.verify()
        var failures = 0
        for room in 0..<60 {
            let filler = try Self.fill(mountPoint.path, leaving: room * 4096)
            let result = try victim.run()
            if result.status != 0 {
                failures += 1
                #expect(result.output.contains("No space left on device"), "\(result.output)")
            }
            try FileManager.default.removeItem(atPath: filler)
            try Self.goesOn(victim)
        }
        #expect(failures > 10)
    }

    /// - Returns: the file that takes the room.
    private static func fill(_ path: String, leaving room: Int) throws -> String {
        let values = try FileManager.default.attributesOfFileSystem(forPath: path)
        let free = (values[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        let filler = path + "/filler"
        try Data(count: max(0, free - room)).write(to: URL(fileURLWithPath: filler))
        return filler
    }
}
