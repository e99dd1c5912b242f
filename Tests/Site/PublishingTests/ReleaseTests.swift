import Core
import Publishing
import System
import TestSupport
import Testing

@Suite struct ReleaseTests {
    @Test func swapsBetweenTwoTrees() throws {
        let site = try TestPublisher()
        let folder = try Directory(site.path)
        #expect(try site.folder.currentRelease() == nil)
        #expect(try site.publish(["index.html": "1"]) == .published(release: 1))
        #expect(folder.target(ofLink: "current") == "trees/a")
        #expect(try site.publish(["a/b/index.html": "2"]) == .published(release: 2))
        #expect(folder.target(ofLink: "current") == "trees/b")
        #expect(try site.served() == ["index.html": "1", "a/b/index.html": "2"])
        #expect(try site.publish(["a/b/index.html": "2"]) == .unchanged(release: 2))
        #expect(folder.target(ofLink: "current") == "trees/b")
        #expect(try site.publish([:], removing: ["a/b/index.html"]) == .published(release: 3))
        #expect(folder.target(ofLink: "current") == "trees/a")
        #expect(try site.served() == ["index.html": "1"])
        #expect(!folder.exists("current/a"))
        #expect(try PublishedTree.verify(site.folder) == 3)
    }

    @Test func aReleaseTouchesOnlyWhatItChanges() throws {
        let site = try TestPublisher()
        let pages = Dictionary(
            uniqueKeysWithValues: (0..<200).map { ("p\($0)/index.html", "page \($0)") })
        try site.publish(pages)
        try site.folder.prepareSpareTree()
        let tree = try Directory(site.path + "/trees/b")
        let before = tree.identity(of: "p7")
        // A file that no release has shows that the tree is not made anew.
        try tree.write([], to: "p7/stray")
        try site.publish(["p3/index.html": "changed"])
        #expect(try Directory(site.path).target(ofLink: "current") == "trees/b")
        #expect(tree.exists("p7/stray") && tree.identity(of: "p7") == before)
        try tree.remove("p7/stray")
        #expect(try PublishedTree.verify(site.folder) == 2)
        #expect(try site.objectCount() == 201)
    }

    @Test func lastsThroughAReleaseThatWasNeverFinished() throws {
        let site = try TestPublisher()
        try site.publish(["index.html": "1"])
        do {
            let draft = try site.folder.beginRelease()
            try draft.put(
                TestPublisher.record("index.html", at: "index.html"), html: Array("half".utf8),
                reason: "", effort: nil)
        }
        #expect(try site.served() == ["index.html": "1"])
        #expect(try site.publish(["index.html": "2"]) == .published(release: 2))
        #expect(try site.served() == ["index.html": "2"])
        #expect(try site.objectCount() == 2)
    }

    @Test func startsAfreshOverADamagedLedgerWhenTold() throws {
        let site = try TestPublisher()
        try site.publish(["index.html": "1"])
        try site.publish(["index.html": "2"])
        let root = try Directory(site.path)
        try root.remove("ledger.sqlite")
        try root.remove("ledger.sqlite-wal")
        try root.remove("ledger.sqlite-shm")
        try root.write([UInt8](repeating: 7, count: 8192), to: "ledger.sqlite")
        let folder = try site.reopened()
        for read in [
            { _ = try folder.currentRelease() }, { _ = try folder.state() },
            { _ = try folder.beginRelease() },
        ] {
            let fault = #expect(throws: (any Error).self) { try read() }
            #expect(
                (fault as? any DiagnosedError)?.diagnostic.hint
                    == "build the site again with --force")
        }
        #expect(
            try folder.verify(repairs: true, overHold: true).faults.map(\.remedy)
                == [.startedOver])
        let draft = try folder.beginRelease()
        #expect(try site.served() == ["index.html": "2"])
        #expect(draft.base == nil)
        try draft.put(
            TestPublisher.record("other", at: "other.html"), html: Array("3".utf8), reason: "",
            effort: nil)
        #expect(try draft.publish(cause: "", keep: 10) == .published(release: 3))
        #expect(try site.served() == ["other.html": "3"])
        // Others that had the old file open see the new one.
        #expect(try site.folder.currentRelease()?.number == 3)
        #expect(try PublishedTree.verify(site.folder) == 3)
    }

    /// Between the two, the database is told of the release; when it refuses, nothing has happened.
    @Test func aPreparedReleaseIsNothingUntilItIsPublished() throws {
        let site = try TestPublisher()
        try site.publish(["index.html": "1"])
        func draft() throws -> ReleaseDraft {
            let draft = try site.folder.beginRelease()
            try draft.put(
                TestPublisher.record("index", at: "index.html"), html: Array("2".utf8), reason: "",
                effort: nil)
            return draft
        }
        let refused = try draft()
        _ = try refused.prepare(cause: "", keep: 10)
        #expect(try site.served() == ["index.html": "1"])
        refused.discard()
        #expect(try site.reopened().currentRelease()?.number == 1)
        #expect(try PublishedTree.verify(site.folder) == 1)
        let accepted = try draft()
        let prepared = try accepted.prepare(cause: "", keep: 10)
        #expect(try accepted.publish(prepared) == .published(release: 2))
        #expect(try site.served() == ["index.html": "2"])
        #expect(try PublishedTree.verify(site.folder) == 2)
    }

    @Test func writesMissingObjectsFromATreeThatHasTheirBytes() throws {
        let site = try TestPublisher()
        try site.publish(["index.html": "1", "other.html": "o"])
        try Directory(site.path).remove("objects")
        let folder = try site.reopened()
        try folder.prepareSpareTree()
        #expect(try site.objectCount() == 2)
        #expect(try PublishedTree.verify(folder) == 1)
        try PublishedTree.verify(folder, tree: "trees/b", release: 1)
    }

    @Test func noticesThatBytesAreNowhere() throws {
        let site = try TestPublisher()
        try site.publish(["index.html": "1", "other.html": "o"])
        for name in ["objects", "trees/a/other.html"] { try Directory(site.path).remove(name) }
        let folder = try site.reopened()
        let fault = #expect(throws: (any Error).self) { try folder.prepareSpareTree() }
        #expect(
            (fault as? any DiagnosedError)?.diagnostic.hint == "build the site again with --force")
        #expect(try site.served() == ["index.html": "1"])
        // What is put again is written again.
        let draft = try folder.beginRelease()
        for (file, text) in [("index.html", "1"), ("other.html", "o"), ("new.html", "n")] {
            try draft.put(
                TestPublisher.record(file, at: file), html: Array(text.utf8), reason: "",
                effort: nil)
        }
        #expect(try draft.publish(cause: "", keep: 10) == .published(release: 2))
        #expect(try PublishedTree.verify(folder) == 2)
    }

    /// A file system allows a file some 65,000 names; two trees of this site need more of one object.
    @Test func manyPagesMayHaveTheSameBytes() throws {
        let site = try TestPublisher()
        let count = 33_000
        try site.publish { draft in
            try concurrently(8) { piece in
                for number in stride(from: piece, to: count, by: 8) {
                    try draft.put(
                        TestPublisher.record("\(number)", at: "\(number).html"),
                        html: Array("same".utf8), reason: "", effort: nil)
                }
            }
        }
        try site.folder.prepareSpareTree()
        #expect(try site.objectCount() == 1)
        for tree in ["trees/a", "trees/b"] {
            let folder = try Directory("\(site.path)/\(tree)")
            #expect(try folder.names().count == count + 1)
            #expect(try folder.read("\(count - 1).html") == Array("same".utf8))
        }
    }

    @Test func letsOneBuildInAtATime() throws {
        let site = try TestPublisher()
        let draft = try site.folder.beginRelease()
        let begin = monotonicMilliseconds()
        let fault = #expect(throws: Diagnostic.self) {
            try site.reopened().beginRelease(waitMilliseconds: 20)
        }
        #expect(fault?.message == "another build of this site is under way")
        #expect(monotonicMilliseconds() - begin >= 20)
        draft.discard()
        try site.reopened().beginRelease().discard()
        let again = try site.folder.beginRelease()
        #expect(throws: Diagnostic.self) { try draft.setFailures([]) }
        again.discard()
    }

    /// A build that looked at the site, and then waited while another one published.
    @Test func neverWritesIntoTheTreeThatIsServed() throws {
        let site = try TestPublisher()
        let early = try site.reopened()
        #expect(try early.currentRelease() == nil)
        try site.publish(["index.html": "1"])
        let draft = try early.beginRelease()
        #expect(draft.base?.number == 1)
        try draft.put(
            TestPublisher.record("index.html", at: "index.html"), html: Array("2".utf8),
            reason: "", effort: nil)
        #expect(try site.served() == ["index.html": "1"])
        draft.discard()
    }

    @Test func startsOverASiteOfTheFirstVersion() throws {
        let site = try TestPublisher()
        try site.output.write("n/trees/a/index.html", "old")
        try site.output.write("n/trees/a/.release", "7")
        try site.output.write("n/trees/b/.release", "6")
        try site.output.write("n/trees/b/gone.html", "older")
        try site.output.write("n/releases/7", "")
        try site.output.link("n/current", to: "trees/a")
        #expect(try site.folder.currentRelease() == nil)
        try site.folder.beginRelease().discard()
        #expect(try site.served() == ["index.html": "old"])
        #expect(try site.publish(["index.html": "new"]) == .published(release: 8))
        #expect(try site.served() == ["index.html": "new"])
        #expect(!(try Directory(site.path)).exists("releases"))
        #expect(try site.publish(["index.html": "newer"]) == .published(release: 9))
        #expect(try PublishedTree.verify(site.folder) == 9)
        #expect(try site.folder.releases().map(\.number) == [9, 8])
    }

    @Test func anErrorEndsADraft() throws {
        let site = try TestPublisher()
        try site.publish(["index.html": "1"])
        let draft = try site.folder.beginRelease()
        #expect(throws: Diagnostic.self) {
            try draft.update(TestPublisher.record("unknown", at: "unknown.html"))
        }
        #expect(throws: Diagnostic.self) { try draft.publish(cause: "", keep: 10) }
        #expect(try site.publish(["index.html": "2"]) == .published(release: 2))
    }

    @Test func theHashOfAReleaseFollowsFromItsFiles() throws {
        let site = try TestPublisher()
        try site.publish(["a.html": "1", "b.html": "2", "c.html": "3"])
        try site.publish(["a.html": "4"], removing: ["c.html"])
        let other = try TestPublisher()
        try other.publish(["b.html": "2", "a.html": "4"])
        let release = try #require(try site.folder.currentRelease())
        #expect(try release.buildHash == other.folder.currentRelease()?.buildHash)
        #expect(try release.buildHash == site.folder.manifest(of: 2).buildHash)
        #expect(try release.buildHash != site.folder.manifest(of: 1).buildHash)
        #expect((release.pages, release.files, release.bytes) == (2, 2, 2))
        #expect(release.cause == "test" && release.isLive)
        #expect(abs(release.createdAt - wallClockMilliseconds()) < 60_000)
    }
}
