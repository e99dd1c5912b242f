import Build
import Core
import Foundation
import PostgreSQL
import Publishing
import System
import TestSupport
import Testing

/// The disk is full, at one step of a release after the other: the old site stays, the error says so,
/// and with room again all goes on.
@Suite struct FullDiskTests {
    private static func text(_ number: Int) -> String {
        "edit \(number) " + String(repeating: "Lorem ipsum dolor. ", count: 300 + number % 7)
    }

    private static func edit(_ number: Int) -> String {
        "UPDATE robbieblocks_pages SET content = '\(text(number))';"
    }

    /// The site is as it should be: the watch keeps its claim, and does not begin again and again.
    @Test(.enabled(if: getuid() == 0, "only root can mount a file system"))
    func aSpareTreeThatCannotBeMadeDoesNotStopTheWatch() async throws {
        let site = try await TestSite(Rows.page("home", route: "/") + Self.edit(0))
        try await site.build()
        let folder = "\(site.output)/\(site.node)"
        let served = try #require(try Directory(folder).target(ofLink: "current"))
        let spare = "\(folder)/\(served.hasSuffix("a") ? "trees/b" : "trees/a")"
        try FileManager.default.createDirectory(atPath: spare, withIntermediateDirectories: true)
        let mounted = try Program.run(
            "/usr/bin/mount", ["-t", "tmpfs", "-o", "ro", "none", spare])
        try #require(mounted.status == 0, "\(mounted.errors)")
        defer { _ = try? Program.run("/usr/bin/umount", ["-l", spare]) }
        try await watching(site) { events in
            try await waitUntil("tidying up has failed") { events.failures.count == 1 }
            let unmounted = try Program.run("/usr/bin/umount", ["-l", spare])
            #expect(unmounted.status == 0, "\(unmounted.errors)")
            try site.database.run(Self.edit(1))
            try await waitUntil("the edit is live") { events.published.count == 1 }
            #expect(events.failures.count == 1, "\(events.failures)")
            let generation: Int = try site.database.connect().run(
                "SELECT generation FROM robbieblocks_builders")[0].value(0)
            #expect(generation == 1)
        }
    }

    @Test(.enabled(if: getuid() == 0, "only root can mount a small file system"))
    func theOldSiteStaysAtEveryStep() async throws {
        let site = try await TestSite(
            (0..<8).map { Rows.page("p\($0)", route: $0 == 0 ? "/" : "/p\($0)/") }.joined()
                + Self.edit(0))
        let mounted = try Program.run(
            "/usr/bin/mount", ["-t", "tmpfs", "-o", "size=4m", "none", site.folder.path])
        try #require(mounted.status == 0, "\(mounted.errors)")
        defer { _ = try? Program.run("/usr/bin/umount", ["-l", site.folder.path]) }
        let live = try await LiveSite(site)
        let keeper = try site.keeper { $0.keptReleases = 2 }
        try await keeper.build(.reconciliation)
        let folder = try SiteFolder(output: site.output, node: site.node)

        var (failures, successes, number) = (0, 0, 0)
        var room = 0
        // A page of memory more each time, until a release has enough several times over.
        while successes < 3 {
            number += 1
            try #require(number < 200, "no room is enough")
            let before = try await live.text("/p3/")
            try site.database.run(Self.edit(number))
            let filler = try fill(site.folder.path, leaving: room * 4096)
            do {
                #expect(try await keeper.build(.changes).diagnostics == [])
                successes += 1
            } catch {
                successes = 0
                failures += 1
                let words = "\((error as? any DiagnosedError)?.diagnostic.message ?? "\(error)")"
                #expect(words.contains("No space left on device"), "\(words)")
                #expect(try await live.text("/p3/") == before)
                #expect(try live.pending() > 0)
                try PublishedTree.verify(folder, isSettled: false)
            }
            try FileManager.default.removeItem(atPath: filler)
            _ = try await keeper.build(.changes)
            for page in ["/", "/p3/", "/p7/"] {
                #expect(try await live.text(page).contains("edit \(number) "), "room \(room)")
            }
            #expect(try live.pending() == 0)
            try PublishedTree.verify(folder)
            room += 1
        }
        #expect(failures > 10, "\(failures)")
        #expect(try site.liveManifest() == (try await site.cleanManifest()))
    }

    /// - Returns: the file that takes the room.
    private func fill(_ path: String, leaving room: Int) throws -> String {
        let values = try FileManager.default.attributesOfFileSystem(forPath: path)
        let free = (values[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        let filler = path + "/filler"
        try Data(count: max(0, free - room)).write(to: URL(fileURLWithPath: filler))
        return filler
    }
}
