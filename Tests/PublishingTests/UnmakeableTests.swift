import Diagnostics
import Foundation
import Publishing
import SQLite
import SystemSupport
import TestSupport
import Testing

/// Releases that the file system cannot hold, and file systems that can do less.
@Suite struct UnmakeableTests {
    /// What cannot be made is refused before it is committed, and names the page.
    @Test(arguments: [
        ["a": "index.html/a.html"], ["b": "sub/robots.txt", "c": "sub"],
        ["d": String(repeating: "n", count: 256) + "/index.html"],
        ["e": String(repeating: "long/", count: 1000) + "index.html"],
    ])
    func isNotCommitted(pages: [String: String]) throws {
        for isFirst in [true, false] {
            let site = try TestPublisher()
            if !isFirst { for number in 1...3 { try site.publish(["index.html": "\(number)"]) } }
            let draft = try site.folder.beginRelease()
            let fault = #expect(throws: Diagnostic.self) {
                for (id, file) in pages.merging(["home": "index.html"], uniquingKeysWith: { $1 }) {
                    try draft.put(
                        TestPublisher.record(id, at: file), html: Array(id.utf8), reason: "",
                        effort: nil)
                }
                _ = try draft.publish(cause: "", keep: 10)
            }
            draft.discard()
            let key = try #require(fault?.location.page)
            #expect((pages.keys.map { "key-\($0)" } + ["key-home"]).contains(key), "\(pages)")
            #expect(fault?.code.exitCode == .content)
            #expect(try site.folder.currentRelease()?.number == (isFirst ? nil : 3))
            #expect(try site.folder.releases().count == (isFirst ? 0 : 3))
            let outcome = try site.publish(["index.html": "next"])
            #expect(outcome == .published(release: isFirst ? 1 : 4))
            #expect(try site.served() == ["index.html": "next"])
            _ = try PublishedTree.verify(site.folder)
            try site.folder.prepareSpareTree()
            for tree in ["trees/a", "trees/b"] {
                _ = try PublishedTree.verify(site.folder, tree: tree, release: isFirst ? 1 : 4)
            }
        }
    }

    /// An earlier version of the program committed what it could not make.
    @Test func aCommittedReleaseThatCannotBeMadeIsSteppedBackFrom() throws {
        let site = try TestPublisher()
        for number in 1...3 { try site.publish(["index.html": "\(number)"]) }
        let ledger = try Database(path: site.path + "/ledger.sqlite", access: .readWrite)
        try ledger.run(
            script: """
                INSERT INTO releases SELECT 4, created_at, sum, pages, files, bytes, 'bad'
                FROM releases WHERE number = 3;
                INSERT INTO files (path, since, until, digest, size, page, is_immutable)
                SELECT 'index.html/deep/index.html', 4, until, digest, size, 'key-deep', 0
                FROM files WHERE since = 3;
                UPDATE site SET current = 4, newest = 4;
                """)
        let draft = try site.reopened().beginRelease()
        #expect(draft.faults.map(\.remedy) == [.steppedBack])
        #expect(draft.faults.first?.problem.contains("release 4") == true)
        draft.discard()
        #expect(try site.folder.currentRelease()?.number == 3)
        #expect(try site.served() == ["index.html": "3"])
        #expect(try site.folder.repairs().map(\.fault.remedy) == [.steppedBack])
        #expect(throws: Diagnostic.self) { try site.folder.rollBack(to: 4) }
        #expect(try site.folder.currentRelease()?.number == 3)
    }

    /// A draft that was killed, or failed, in the middle of its tree costs its paths again.
    @Test func aDraftThatFailsInItsTreeLeavesAUsableTree() throws {
        struct Stop: Error {}
        let site = try TestPublisher()
        let pages = Dictionary(uniqueKeysWithValues: (0..<20).map { ("p\($0).html", "\($0)") })
        try site.publish(pages)
        try site.folder.prepareSpareTree()
        let tree = try Directory(site.path + "/trees/b")
        let before = tree.identity(of: "p7.html")
        try tree.write([], to: "stray")
        let draft = try site.folder.beginRelease()
        try draft.put(
            TestPublisher.record("new", at: "new.html"), html: [1], reason: "", effort: nil)
        try draft.removePage(id: "p3.html")
        #expect(throws: Stop.self) { try draft.publish(cause: "", keep: 10) { throw Stop() } }
        #expect(tree.exists("new.html") && !tree.exists("p3.html"))
        try site.publish(["p1.html": "other"])
        // It was not filled from nothing.
        #expect(tree.exists("stray") && tree.identity(of: "p7.html") == before)
        try tree.remove("stray")
        #expect(try PublishedTree.verify(site.folder) == 2)
        #expect(try site.served().count == 20)
    }

    @Test(arguments: [EPERM, EXDEV, EOPNOTSUPP, EMLINK])
    func filesAreCopiedWhereTheyCannotBeLinked(number: Int32) throws {
        let output = try TestFolder()
        for seed in 1...6 {
            let result = try Program.run(
                ProjectFolder.path(ofProgram: "PublishingWorkload"),
                ["random", output.path, "\(seed)"],
                environment: ["FAULT_KIND": "nolinks", "FAULT_STEP": "\(number)"])
            #expect(result.status == 0, "\(result.output)")
            let folder = try SiteFolder(output: output.path, node: "n")
            try PublishedTree.verify(folder)
            #expect(try folder.verify(repairs: false).faults.isEmpty)
        }
    }
}
