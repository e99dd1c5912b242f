import Core
import Foundation
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct FileWatcherTests {
    let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try folder.write("templates/layouts/wide.tsx", "1")
        try folder.write("templates/components/hero.tsx", "1")
        try folder.write("other/file", "1")
    }

    private func watch(limit: Int = 4096) throws -> FileWatcher {
        try FileWatcher(root: folder.path, folders: ["templates", "branding"], limit: limit)
    }

    /// Everything that is told until the file `last`, which this writes, is.
    private func paths(
        of watcher: FileWatcher, until last: String = "templates/last"
    ) async throws -> Set<String> {
        try folder.write(last, "1")
        var all: Set<String> = []
        for await changes in watcher.changes {
            #expect(changes.isComplete && changes.faults.isEmpty)
            all.formUnion(changes.paths)
            if all.remove(last) != nil { return all }
        }
        Issue.record("the watcher ended before it told of '\(last)'")
        return all
    }

    private func url(_ path: String) -> URL { URL(fileURLWithPath: folder.path + "/" + path) }

    @Test func aSavedFileIsToldByItsPath() async throws {
        let watcher = try watch()
        let file = try FileHandle(forWritingTo: url("templates/components/hero.tsx"))
        try file.write(contentsOf: Array("2".utf8))
        try file.close()
        #expect(try await paths(of: watcher) == ["templates/components/hero.tsx"])
    }

    /// What is beside the watched folders, and what editors keep for themselves, is not told.
    @Test func whatConcernsNobodyIsNotTold() async throws {
        let watcher = try watch()
        try folder.write("other/file", "2")
        try folder.write("top", "1")
        for name in [".hero.tsx.swp", "hero.tsx~", "#hero.tsx#", ".git/index"] {
            try folder.write("templates/components/" + name, "1")
        }
        #expect(try await paths(of: watcher).isEmpty)
    }

    @Test func aTemporaryFileIsToldUnderTheNameItGets() async throws {
        let watcher = try watch()
        // As vim saves: a probe, the old file as a backup, the new one beside it, then renamed.
        let script = """
            cd \(folder.path)/templates/components
            touch 4913; rm 4913
            mv hero.tsx hero.tsx~; echo 2 > hero.tsx; rm hero.tsx~
            echo 3 > hero.css.tmp.17; mv hero.css.tmp.17 hero.css
            """
        #expect(try Program.run("/bin/sh", ["-c", script]).status == 0)
        #expect(
            try await paths(of: watcher)
                == ["templates/components/hero.tsx", "templates/components/hero.css"])
    }

    @Test func newFoldersAreWatchedWithWhatIsInThem() async throws {
        let watcher = try watch()
        try folder.write("templates/new/deep/deeper/a.tsx", "1")
        #expect(try await paths(of: watcher) == ["templates/new/deep/deeper/a.tsx"])
        try folder.write("templates/new/deep/deeper/b.tsx", "1")
        #expect(
            try await paths(of: watcher, until: "templates/new/last")
                == ["templates/new/deep/deeper/b.tsx"])
        // A folder that is named and not there yet.
        try folder.write("branding/acme/branding.json", "{}")
        #expect(
            try await paths(of: watcher, until: "branding/acme/last")
                == ["branding/acme/branding.json"])
    }

    /// A link is told of when another one has its name, and what it leads to is not watched.
    @Test func aLinkIsToldWhenItIsReplaced() async throws {
        try folder.write("sites/acme/trees/a/index.html", "1")
        try folder.link("sites/acme/current", to: "trees/a")
        let watcher = try FileWatcher(
            root: folder.path, folders: ["templates"],
            entries: ["sites/acme/current", "sites/later/current"])
        try folder.write("sites/acme/trees/a/index.html", "2")
        try folder.write("sites/acme/ledger", "2")
        #expect(try await paths(of: watcher).isEmpty)
        try folder.swap("sites/acme/current", to: "trees/b")
        #expect(try await paths(of: watcher, until: "templates/next") == ["sites/acme/current"])
        // In a folder that is made later, and moved there with what it has.
        try folder.write("made/file", "1")
        try folder.link("made/current", to: "trees/a")
        try FileManager.default.moveItem(at: url("made"), to: url("sites/later"))
        #expect(try await paths(of: watcher, until: "templates/end") == ["sites/later/current"])
        try folder.swap("sites/later/current", to: "trees/b")
        #expect(try await paths(of: watcher, until: "templates/rest") == ["sites/later/current"])
    }

    @Test func aMovedFolderIsToldAndFollowed() async throws {
        let watcher = try watch()
        try FileManager.default.moveItem(
            at: url("templates/components"), to: url("templates/parts"))
        #expect(
            try await paths(of: watcher) == ["templates/components", "templates/parts/hero.tsx"])
        try folder.write("templates/parts/hero.css", "1")
        #expect(
            try await paths(of: watcher, until: "templates/parts/last")
                == ["templates/parts/hero.css"])
        try FileManager.default.removeItem(at: url("templates/parts"))
        #expect(try await paths(of: watcher, until: "templates/end") == ["templates/parts"])
    }

    @Test func aWatchedFolderMayGoAndComeAgain() async throws {
        let watcher = try watch()
        try FileManager.default.removeItem(at: url("templates"))
        #expect(
            try await paths(of: watcher, until: "branding/last") == ["templates"])
        try folder.write("templates/layouts/wide.tsx", "2")
        #expect(try await paths(of: watcher) == ["templates/layouts/wide.tsx"])
    }

    /// Only the way to it is looked at above a folder that lies deeper, hidden or not.
    @Test func aFolderMayLieDeepAndBeMadeLater() async throws {
        let watcher = try FileWatcher(
            root: folder.path, folders: [".state/web/fonts", "templates/layouts", "templates"])
        try folder.write(".state/web/other.txt", "1")
        try folder.write(".state/web/fonts/a.woff2", "1")
        #expect(try await paths(of: watcher) == [".state/web/fonts/a.woff2"])
        try FileManager.default.moveItem(at: url(".state"), to: url("moved"))
        try folder.write("moved/web/fonts/b.woff2", "1")
        #expect(try await paths(of: watcher, until: "templates/layouts/last") == [".state"])
        try FileManager.default.moveItem(at: url("moved"), to: url(".state"))
        try folder.write(".state/web/log", "1")
        #expect(
            try await paths(of: watcher, until: ".state/web/fonts/last")
                == [".state/web/fonts/a.woff2", ".state/web/fonts/b.woff2"])
    }

    /// What comes while nobody asks is told when somebody does.
    @Test func aSlowReaderMissesNothing() async throws {
        let watcher = try watch()
        for number in 0..<200 { try folder.write("templates/\(number).css", "1") }
        var iterator = watcher.changes.makeAsyncIterator()
        var all: Set<String> = []
        let written = Set((0..<200).map { "templates/\($0).css" })
        // A child of another test may close a file late that was written before, which is told, too.
        while !all.isSuperset(of: written), let changes = await iterator.next() {
            #expect(changes.isComplete)
            all.formUnion(changes.paths)
        }
        #expect(all.isSuperset(of: written))
    }

    /// More events than the system keeps: 16384 by default, and nobody reads while they come.
    @Test func lostEventsMeanThatAnythingMayHaveChanged() throws {
        let tree = try WatchedTree(folder)
        let limit = try #require(
            Int(
                try String(
                    contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8
                ).trimmingCharacters(in: .whitespacesAndNewlines)))
        try #require(limit < 200_000)
        for number in 0...limit / 2 {
            try tree.touch("templates/\(number % 2)")
        }
        try folder.write("templates/late/a.tsx", "1")
        #expect(!tree.read().isComplete)
        try folder.write("templates/late/b.tsx", "1")
        #expect(tree.read().paths == ["templates/late/b.tsx"])
    }

    @Test func tooManyFoldersAreAFault() async throws {
        let fault = try #require(throws: Diagnostic.self) { try watch(limit: 2) }
        #expect(fault.message.contains("more than 2 folders"))
        let watcher = try watch(limit: 3)
        try folder.write("templates/one/too/many.tsx", "1")
        for await changes in watcher.changes where !changes.faults.isEmpty {
            #expect(!changes.isComplete)
            #expect(changes.faults.count == 1)
            break
        }
    }

    @Test func aRootThatIsNotThereIsAFault() throws {
        let fault = try #require(throws: Diagnostic.self) {
            try FileWatcher(root: folder.path + "/absent", folders: ["templates"])
        }
        #expect(fault.description.contains("/absent"))
    }

    @Test func stopEndsTheBatchesAtOnce() async throws {
        let watcher = try watch()
        let reading = Task {
            var count = 0
            for await _ in watcher.changes { count += 1 }
            return count
        }
        watcher.stop()
        watcher.stop()
        #expect(await reading.value == 0)
        try folder.write("templates/late", "1")
        for await _ in watcher.changes { Issue.record("a stopped watcher told of a change") }
    }

    @Test func aCancelledReaderEnds() async throws {
        let watcher = try watch()
        let reading = Task { for await _ in watcher.changes {} }
        reading.cancel()
        await reading.value
    }
}
