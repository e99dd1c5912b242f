import Core
import Foundation
import TestSupport
import Testing

@testable import System

/// When a batch is told, by a clock of the test's own.
@Suite struct ChangeCollectorTests {
    private var collector = ChangeCollector(quiet: 20)

    @Test mutating func aBatchWaitsForQuiet() {
        #expect(collector.wait(at: 0) == nil)
        collector.changed("a", at: 100)
        #expect(collector.wait(at: 100) == 20)
        collector.changed("b", at: 115)
        #expect(collector.wait(at: 120) == 15)
        #expect(collector.wait(at: 135) == 0)
        #expect(collector.take().paths == ["a", "b"])
        #expect(collector.wait(at: 500) == nil)
    }

    /// Half a file is not told while its writer is at work, unless the writer takes a rest.
    @Test mutating func aFileThatIsBeingWrittenIsWaitedFor() {
        collector.created("a", at: 0)
        collector.written("a", at: 100)
        #expect(collector.wait(at: 130) == 220)
        collector.changed("a", at: 140)
        #expect(collector.wait(at: 160) == 0)
        collector.created("linked", at: 200)
        #expect(collector.wait(at: 451) == 0)
    }

    @Test mutating func whoeverNeverRestsIsToldOfAfterASecond() {
        for time in stride(from: 0, through: 990, by: 10) { collector.written("a", at: time) }
        #expect(collector.wait(at: 1000) == 0)
    }

    @Test mutating func whatCameAndWentIsNoChange() {
        collector.created("a.tmp", at: 0)
        collector.removed("a.tmp", at: 1)
        collector.createdFolder("new", at: 2)
        collector.created("new/a", at: 3)
        collector.removedFolder("new", at: 4)
        #expect(collector.take().isEmpty)
        // What was there before is gone now.
        collector.removed("a", at: 5)
        collector.created("a", at: 6)
        collector.removed("a", at: 7)
        #expect(collector.take().paths == ["a"])
    }

    @Test mutating func aFolderStandsForWhatWasInIt() {
        collector.changed("old/a", at: 0)
        collector.changed("older", at: 0)
        collector.removedFolder("old", at: 1)
        #expect(collector.take().paths == ["old", "older"])
    }

    @Test mutating func moreThanCanBeNamedIsAnything() {
        for number in 0...5000 { collector.created("\(number)", at: number / 100) }
        let changes = collector.take()
        #expect(!changes.isComplete)
        #expect(changes.paths.count <= 4096)
        var merged = FileChanges()
        for number in 0...5000 {
            var batch = FileChanges()
            batch.add("\(number)")
            merged.merge(batch)
        }
        #expect(!merged.isComplete)
        #expect(merged.paths.count <= 4096)
    }
}

/// Watches of a folder whose events are read when a test says so.
final class WatchedTree {
    private let folder: TestFolder
    private let tree: WatchTree

    init(_ folder: TestFolder) throws {
        self.folder = folder
        tree = try WatchTree(root: folder.path, tops: ["templates"], limit: 100)
    }

    func touch(_ path: String) throws {
        let descriptor = open(folder.path + "/" + path, O_WRONLY | O_CREAT, 0o644)
        guard descriptor >= 0, write(descriptor, "1", 1) == 1 else {
            throw SystemError("write", path: path)
        }
        close(descriptor)
    }

    func read() -> FileChanges {
        var collector = ChangeCollector(quiet: 0)
        tree.read(into: &collector, at: 0)
        return collector.take()
    }
}
