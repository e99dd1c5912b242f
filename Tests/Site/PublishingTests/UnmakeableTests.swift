import Core
import Foundation
import Publishing
import System
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
    @Test(arguments: [true, false])
    func aCommittedReleaseThatCannotBeMadeIsSteppedBackFrom(isBuilt: Bool) throws {
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
        let folder = try site.reopened()
        let faults: [FolderFault]
        if isBuilt {
            let draft = try folder.beginRelease()
            faults = draft.faults
            draft.discard()
        } else {
            var sample = InspectionSample.start
            faults = try folder.inspect(&sample)
        }
        #expect(!faults.isEmpty && faults.allSatisfy { $0.remedy == .steppedBack })
        #expect(faults.last?.problem.contains("release 4") == true)
        #expect(try site.folder.currentRelease()?.number == 3)
        #expect(try site.served() == ["index.html": "3"])
        #expect(try site.folder.repairs().map(\.fault.remedy) == [.steppedBack])
        #expect(throws: Diagnostic.self) { try site.folder.rollBack(to: 4) }
        #expect(try site.folder.currentRelease()?.number == 3)
    }

    /// A draft that was killed, or failed, in the middle of its tree costs its paths again.
    @Test func aDraftThatFailsInItsTreeLeavesAUsableTree() throws {
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
        try Self.withoutRoomForLink(in: site) {
            #expect(throws: SystemError.self) { try draft.publish(cause: "", keep: 10) }
        }
        #expect(tree.exists("new.html") && !tree.exists("p3.html"))
        try site.publish(["p1.html": "other"])
        // It was not filled from nothing.
        #expect(tree.exists("stray") && tree.identity(of: "p7.html") == before)
        try tree.remove("stray")
        #expect(try PublishedTree.verify(site.folder) == 2)
        #expect(try site.served().count == 20)
    }

    /// What cannot be served is not committed: the releases that can be returned to stay.
    @Test func aLinkThatCannotBeMadeCostsNoRelease() throws {
        let site = try TestPublisher()
        for number in 1...3 { try site.publish(["index.html": "\(number)"], keep: 3) }
        try Self.withoutRoomForLink(in: site) {
            for _ in 0..<3 {
                #expect(throws: SystemError.self) {
                    try site.publish(["index.html": "4"], keep: 3)
                }
            }
            #expect(throws: SystemError.self) { try site.folder.rollBack(to: 2) }
        }
        #expect(try site.folder.hold() == nil)
        #expect(try site.folder.releases().map(\.number) == [3, 2, 1])
        #expect(try PublishedTree.verify(site.folder) == 3)
        #expect(try site.publish(["index.html": "4"], keep: 3) == .published(release: 4))
        #expect(try PublishedTree.verify(site.folder) == 4)
        #expect(try site.folder.verify(repairs: false).faults.isEmpty)
    }

    /// Makes the link to the next tree impossible, and nothing else.
    private static func withoutRoomForLink(
        in site: TestPublisher, _ body: () throws -> Void
    ) throws {
        func run(_ program: String, _ arguments: String...) throws {
            let done = try Program.run(program, arguments)
            try #require(done.status == 0, "\(done.errors)")
        }
        let link = site.path + "/current.next"
        guard getuid() == 0 else {
            try run("/bin/chmod", "a-w", site.path)
            defer { try? run("/bin/chmod", "u+w", site.path) }
            return try body()
        }
        // Permissions do not stop root; a mount does.
        try Directory(site.path).createFolder("current.next")
        try run("/usr/bin/mount", "-t", "tmpfs", "none", link)
        defer { try? run("/usr/bin/umount", "-l", link) }
        try body()
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
