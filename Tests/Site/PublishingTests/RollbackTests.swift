import Core
import Publishing
import System
import TestSupport
import Testing

@Suite struct RollbackTests {
    private func publish(_ site: TestPublisher, _ number: Int, keep: Int = 10) throws {
        try site.publish(keep: keep) { draft in
            try draft.put(
                TestPublisher.record("home", at: "index.html"), html: Array("\(number)".utf8),
                reason: "", effort: nil)
            // Every release has one page of its own, and one asset.
            if number > 1 { try draft.removePage(id: "p\(number - 1)") }
            try draft.put(
                TestPublisher.record("p\(number)", at: "p\(number).html"),
                html: Array("p".utf8), reason: "", effort: nil)
            try draft.setAssets(
                [("hash-\(number).js", Array("asset \(number)".utf8), true)], keepsOld: false,
                effort: nil)
        }
    }

    @Test func goesBackAndForwardAndHolds() throws {
        let site = try TestPublisher()
        for number in 1...5 { try publish(site, number) }
        #expect(try site.folder.hold() == nil)
        #expect(try site.folder.rollBack(to: nil) == 4)
        #expect(try PublishedTree.verify(site.folder) == 4)
        #expect(try site.folder.rollBack(to: nil) == 3)
        #expect(try site.folder.rollBack(to: 1) == 1)
        #expect(try PublishedTree.verify(site.folder) == 1)
        #expect(try site.folder.hold()?.release == 1)
        #expect(try site.folder.releases().filter(\.isLive).map(\.number) == [1])
        #expect(try site.folder.rollBack(to: 3) == 3)
        #expect(try PublishedTree.verify(site.folder) == 3)
        // A draft may be made meanwhile; it is about the newest release.
        let draft = try site.folder.beginRelease()
        #expect(draft.base?.number == 5)
        #expect(draft.hold?.release == 3)
        draft.discard()
        #expect(try site.folder.hold()?.release == 3)
        #expect(try site.folder.state().pages.keys.sorted() == ["home", "p5"])

        try site.folder.resume()
        #expect(try site.folder.hold() == nil)
        #expect(try site.folder.currentRelease()?.number == 3)
        try publish(site, 6)
        #expect(try PublishedTree.verify(site.folder) == 6)
        try publish(site, 7)
        #expect(try PublishedTree.verify(site.folder) == 7)
    }

    /// What was published before the rollback is served again, though nothing was edited since.
    @Test func resumingWithoutEditsMakesARelease() throws {
        let site = try TestPublisher()
        for number in 1...3 { try publish(site, number) }
        _ = try site.folder.rollBack(to: 1)
        try site.folder.resume()
        #expect(try site.publish { _ in } == .published(release: 4))
        #expect(try site.folder.manifest(of: 4) == site.folder.manifest(of: 3))
        #expect(try PublishedTree.verify(site.folder) == 4)
    }

    @Test func refusesWhatIsNotKept() throws {
        let site = try TestPublisher()
        #expect(throws: Diagnostic.self) { try site.folder.rollBack(to: nil) }
        for number in 1...4 { try publish(site, number, keep: 2) }
        #expect(try site.folder.releases().map(\.number) == [4, 3])
        for release in [2, 0, -1, 5] {
            let fault = #expect(throws: Diagnostic.self) {
                try site.folder.rollBack(to: release)
            }
            #expect(fault?.message == "release \(release) is not kept")
        }
        #expect(throws: Diagnostic.self) { try site.folder.manifest(of: 9) }
        #expect(try site.folder.hold() == nil)
        #expect(try site.folder.rollBack(to: nil) == 3)
        #expect(throws: Diagnostic.self) { try site.folder.rollBack(to: nil) }
        #expect(try PublishedTree.verify(site.folder) == 3)
    }

    @Test(arguments: [1, 2, 3])
    func immutableFilesStayInBothTreesAsLongAsTheirReleases(keep: Int) throws {
        let site = try TestPublisher()
        for number in 1...9 {
            try publish(site, number, keep: keep)
            #expect(try PublishedTree.verify(site.folder) == number)
            let served = try site.served()
            for kept in max(1, number - keep + 1)...number {
                #expect(served["hash-\(kept).js"] == "asset \(kept)")
            }
        }
        // What a tree may still hold is dropped with the release after.
        #expect(try site.served()["hash-\(min(9 - keep - 1, 6)).js"] == nil)
        #expect(try site.objectCount() <= 3 * (keep + 2))
        _ = try site.folder.rollBack(to: 9 - keep + 1)
        #expect(try site.served()["hash-9.js"] == "asset 9")
    }

    /// Small releases need not pay at once for a large one that is dropped.
    @Test func dropsALargeReleaseBitByBit() throws {
        let site = try TestPublisher()
        let pages = (0..<3000).map { "p\($0).html" }
        try site.publish(Dictionary(uniqueKeysWithValues: pages.map { ($0, "1 " + $0) }), keep: 2)
        try site.publish(Dictionary(uniqueKeysWithValues: pages.map { ($0, "2 " + $0) }), keep: 2)
        #expect(try site.objectCount() == 6000)
        var counts: [Int] = []
        for number in 0..<12 {
            try site.publish(["p0.html": "\(number)"], keep: 2)
            counts.append(try site.objectCount())
        }
        let drops = zip(counts, counts.dropFirst()).map { $0 - $1 }
        #expect(drops.allSatisfy { $0 < 600 })
        #expect(counts.last == 3002)
        #expect(try PublishedTree.verify(site.folder) != nil)
    }
}
