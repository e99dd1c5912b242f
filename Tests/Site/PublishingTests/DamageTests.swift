import Core
import Foundation
import Publishing
import System
import TestSupport
import Testing

/// What programs, people and disks do to an output folder, and that the next build puts it right.
@Suite struct DamageTests {
    private func site() throws -> TinySite {
        let site = try TinySite()
        try site.build()
        for number in 1...2 {
            site.edit("index.html", "edit \(number)")
            try site.build()
        }
        try site.folder.prepareSpareTree()
        try site.verify()
        return site
    }

    /// Damage → what the report says of it. Each is put right by a build without anything to do.
    @Test(arguments: [
        ("rm -r objects/*", "objects/"),
        ("rm -r objects; touch objects", "objects/"),
        ("rm -r 'current/docs/part 3'", "part 3/index.html is missing"),
        ("rm trees/*/index.html objects/*/*", "rendered again"),
        ("rm -r current/docs; touch current/docs", "docs is no folder"),
        ("rm current/index.html; mkdir -p current/index.html/x", "index.html is no file"),
        ("rm current/index.html; mkfifo current/index.html", "index.html is no file"),
        ("rm current/index.html; ln -s robots.txt current/index.html", "index.html is no file"),
        ("echo other > current/index.html", "has other bytes"),
        ("mv current/docs docs; ln -s ../../docs current/docs", "docs is no folder"),
        ("chmod 200 current/index.html", "has other permissions"),
        ("chmod 000 current/docs", "docs has other permissions"),
        ("touch current/robots.txt", "has another time"),
        ("rm current", "current is missing"),
        ("rm current; cp -r trees/a current", "current is no link to a tree"),
        ("ln -sfn /tmp current", "current leads to '/tmp'"),
        ("rm current/.release", ".release does not say"),
        ("rm current/.release; mkdir current/.release", ".release does not say"),
        ("ln -sfn nonsense current/.release", ".release does not say"),
        ("rm -r trees", "does not say"),
        ("rm -r trees; touch trees", "does not say"),
        ("rm ledger.sqlite*", "ledger.sqlite cannot be used"),
        ("rm ledger.sqlite*; mkdir ledger.sqlite", "ledger.sqlite cannot be used"),
        ("rm ledger.sqlite*; mkfifo ledger.sqlite", "ledger.sqlite cannot be used"),
        ("truncate -s 5000 ledger.sqlite; rm -f ledger.sqlite-*", "ledger.sqlite cannot be used"),
        ("rm ledger.sqlite*; head -c 9000 /dev/urandom > ledger.sqlite", "ledger.sqlite cannot"),
        ("rm lock; mkdir lock", ""),
        ("rm lock; ln -s /nowhere lock", ""),
        ("mkdir ledger.sqlite-wal-x; rm -f ledger.sqlite-shm; mkdir ledger.sqlite-shm", ""),
    ])
    func aBuildRepairs(_ command: String, _ words: String) throws {
        let site = try site()
        // As another process: the one that built has ended.
        try site.reopen()
        let done = try Program.run("/bin/sh", ["-c", "cd '\(site.path)' && \(command)"])
        try #require(done.status == 0, "\(done.errors)")
        if words.hasPrefix("ledger") { try site.reopen() }
        let faults = try site.build()
        #expect(
            words.isEmpty || faults.contains { "\($0)".contains(words) }, "\(command): \(faults)")
        #expect(faults.allSatisfy { $0.remedy != .none })
        try site.folder.prepareSpareTree()
        let strays = try site.folder.verify(repairs: true).faults
        #expect(strays.allSatisfy { $0.remedy != .renderedAgain }, "\(command): \(strays)")
        try site.verify(command)
        // And the release after it is right in the other tree, too.
        site.edit("index.html", "afterwards")
        try site.build()
        try site.verify(command)
    }

    /// A served file, its object and the other tree's file are one file, so that a program that
    /// writes into it destroys its bytes everywhere. The row has changed when that is noticed.
    @Test(arguments: [true, false])
    func lostBytesAreServedByNoRollback(isNoticedFirst: Bool) throws {
        let site = try site()
        for file in ["docs/part 3/index.html", "docs/part 4/index.html", "assets/a-1.js"] {
            let handle = try #require(FileHandle(forWritingAtPath: "\(site.path)/current/\(file)"))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data("defaced".utf8))
            try handle.close()
        }
        if isNoticedFirst {
            var sample = InspectionSample.start
            #expect(try site.folder.inspect(&sample).contains { $0.remedy == .renderedAgain })
            #expect(throws: (any Error).self) { try site.folder.rollBack(to: 2) }
            #expect(try site.folder.hold() == nil)
        }
        // One is another page now, one is gone, and the asset has a successor.
        site.edit("docs/part 3/index.html", "new text")
        site.texts["docs/part 4/index.html"] = nil
        site.assets["assets/a-1.js"] = nil
        site.assets["assets/a-2.js"] = "another script"
        try site.build()
        try site.verify()
        #expect(throws: Diagnostic.self) { try site.folder.rollBack(to: 3) }
        #expect(try site.folder.releases().map(\.number) == [4])
        for number in 1...3 {
            site.edit("index.html", "later \(number)")
            try site.build()
        }
        for release in try site.folder.releases().map(\.number) {
            #expect(try site.folder.rollBack(to: release) == release)
            #expect(try PublishedTree.verify(site.folder) == release)
            #expect(try site.folder.verify(repairs: false).faults.isEmpty)
        }
    }

    /// Nothing makes the bytes of a held release again.
    @Test func lostBytesOfAHeldReleaseStayAFault() throws {
        let site = try site()
        #expect(try site.folder.rollBack(to: 2) == 2)
        let file = try #require(FileHandle(forWritingAtPath: site.path + "/current/index.html"))
        try file.write(contentsOf: Data("defaced".utf8))
        try file.close()
        for _ in 0..<2 {
            let found = try site.folder.verify(repairs: true)
            #expect(found.remaining.map(\.path).contains { $0.hasPrefix("objects/") })
            #expect(!found.needsBuild)
        }
        // Another release is whole, and the one with the fault goes.
        #expect(try site.folder.rollBack(to: 1) == 1)
        #expect(try PublishedTree.verify(site.folder) == 1)
        #expect(
            try site.folder.verify(repairs: true).faults.allSatisfy {
                $0.remedy == .releasesDropped
            })
        #expect(try site.folder.verify(repairs: false).faults.isEmpty)
        #expect(try site.folder.releases().map(\.number) == [3, 1])
        try site.folder.resume()
        try site.build()
        try site.verify()
    }

    @Test func resumingServesNoLostBytes() throws {
        let site = try site()
        #expect(try site.folder.rollBack(to: 2) == 2)
        for name in ["index.html", "docs/part 3/index.html"] {
            let file = try #require(FileHandle(forWritingAtPath: "\(site.path)/current/\(name)"))
            try file.write(contentsOf: Data("defaced".utf8))
            try file.close()
        }
        #expect(try site.folder.verify(repairs: true).remaining.count == 2)
        try site.folder.resume()
        try site.build()
        try site.verify()
        // The page was made again, so that only the release with the other file is gone.
        let releases = try site.folder.releases().map(\.number)
        #expect(releases == [4, 3, 1])
        for release in releases {
            #expect(try site.folder.rollBack(to: release) == release)
            #expect(try PublishedTree.verify(site.folder) == release)
        }
    }

    /// Its volume may be mounted later.
    @Test(arguments: ["objects", "trees"])
    func aLinkThatLeadsNowhereStays(name: String) throws {
        let site = try site()
        let root = try Directory(site.path)
        let place = site.path + "-elsewhere"
        try root.createLink("link", target: place)
        try root.rename(name, to: "aside")
        try root.rename("link", to: name)
        let fault = #expect(throws: Diagnostic.self) { try site.reopen() }
        #expect(fault?.message.contains(place) == true)
        #expect(fault?.hint?.contains("mount") == true)
        #expect(root.target(ofLink: name) == place)
        try FileManager.default.moveItem(atPath: site.path + "/aside", toPath: place)
        try site.reopen()
        #expect(try site.folder.releases().count == 3)
        #expect(try PublishedTree.verify(site.folder) == 3)
        // A plain file is none of the site's.
        try root.remove(name)
        try root.write([1], to: name)
        try site.reopen()
        #expect(root.entry(name)?.kind == .folder)
    }

    @Test func foldersOfObjectsMustBeWritable() throws {
        let site = try site()
        let store = try Directory(site.path + "/objects")
        let names = try store.names()
        let name = try #require(names.first { $0.utf8.count == 2 })
        try store.setMode(name, 0o555)
        let found = try site.folder.verify(repairs: false).faults
        #expect(found.map(\.path) == ["objects/" + name])
        #expect(try site.folder.verify(repairs: true).faults.map(\.remedy) == [.restored])
        #expect(store.entry(name)?.mode == 0o755)
        try site.verify()
    }

    /// By a user to whom permissions mean something.
    @Test func foldersThatMayNotBeListedAreRepaired() throws {
        let site = try site()
        let output = site.publisher.output.path
        var command = [ProjectFolder.program, "verify", "--node", "n", "--output", output]
        if getuid() == 0 {
            _ = try Program.run("/bin/chown", ["-R", "65534:65534", output])
            command =
                ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command
        }
        let folder = site.path + "/current/docs"
        for mode in ["300", "500", "000"] {
            let done = try Program.run("/bin/chmod", [mode, folder])
            try #require(done.status == 0, "\(done.errors)")
            for (option, status) in [([], 3), (["--repair"], 0), ([], 0)] as [([String], Int32)] {
                let result = try Program.run(command[0], Array(command.dropFirst()) + option)
                #expect(result.status == status, "\(mode) \(result.output) \(result.errors)")
                #expect(!result.output.contains("is missing"), "\(result.output)")
            }
        }
    }
}
