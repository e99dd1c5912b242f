import Core
import Publishing
import System
import TestSupport
import Testing

/// Ledgers that other versions of the program made.
@Suite struct LedgerVersionTests {
    private func ledger(of site: TestPublisher) throws -> Database {
        try Database(path: site.path + "/ledger.sqlite", access: .readWrite)
    }

    /// What the sites of these tests came about from.
    private static func provenance() -> ReleaseProvenance {
        var provenance = ReleaseProvenance()
        provenance.sources = SHA256Digest(hashing: "sources")
        provenance.marker = SHA256Digest(hashing: "marker")
        provenance.origin = SHA256Digest(hashing: "origin")
        provenance.place = "'robbieverse' at db.example:5432"
        provenance.hasDrafts = true
        return provenance
    }

    private func makeSite() throws -> TestPublisher {
        let site = try TestPublisher()
        for number in 1...3 { try site.publish(["index.html": "\(number)"]) }
        try site.publish { draft in
            try draft.setInputs(["menu": SHA256Digest(hashing: "menu")])
            try draft.setProvenance(Self.provenance())
        }
        site.folder.rest()
        return site
    }

    @Test(arguments: EarlierLedger.versions)
    func anEarlierOneIsBroughtUpToDate(version: Int) throws {
        let site = try makeSite()
        try EarlierLedger.make(version: version, in: site.path)
        let folder = try site.reopened()
        // Commands that only read take it as it is.
        #expect(try folder.currentRelease()?.number == 3)
        #expect(try folder.releases().map(\.number) == [3, 2, 1])
        #expect(try folder.repairs().isEmpty && folder.warnings().isEmpty)
        let before = try folder.state()
        #expect(before.branding == nil)
        #expect(before.inputs == ["menu": SHA256Digest(hashing: "menu")])
        #expect(before.provenance == Self.provenance())
        #expect(try ledger(of: site).first("PRAGMA user_version") { try $0.integer(0) } == version)
        #expect(try folder.verify(repairs: false).faults.isEmpty)
        let migrated = try ledger(of: site).first("PRAGMA user_version") { try $0.integer(0) }
        #expect(migrated == EarlierLedger.versions.upperBound + 1)
        let after = try folder.state()
        #expect(after.pages == before.pages)
        #expect(after.inputs == before.inputs)
        #expect(after.provenance == before.provenance)
        #expect(try folder.rollBack(to: 1) == 1)
        try folder.resume()
        #expect(try site.publish(["index.html": "4"]) == .published(release: 4))
        #expect(try PublishedTree.verify(site.reopened()) == 4)
        try folder.setWarnings(["home": "[]", "about": "[1]"])
        try folder.setWarnings(["home": nil, "": "[2]"])
        #expect(try folder.warnings() == ["about": "[1]", "": "[2]"])
    }

    /// The least that an earlier version can have recorded.
    @Test(arguments: EarlierLedger.versions)
    func anEarlierOneWithoutProvenanceHasNoneAfterwards(version: Int) throws {
        let site = try TestPublisher()
        try site.publish(["index.html": "1"])
        site.folder.rest()
        try EarlierLedger.make(version: version, in: site.path)
        let folder = try site.reopened()
        #expect(try folder.provenance() == ReleaseProvenance())
        #expect(try folder.verify(repairs: false).faults.isEmpty)
        #expect(try folder.provenance() == ReleaseProvenance())
    }

    /// A change of the provenance alone is recorded, and publishes nothing.
    @Test func provenanceStandsBesideTheInputs() throws {
        let site = try makeSite()
        #expect(try site.folder.state().inputs == ["menu": SHA256Digest(hashing: "menu")])
        #expect(
            try site.publish { try $0.setProvenance(ReleaseProvenance()) }
                == .unchanged(release: 3))
        #expect(try site.reopened().provenance() == ReleaseProvenance())
        #expect(try site.folder.state().inputs == ["menu": SHA256Digest(hashing: "menu")])
    }

    @Test func aLaterOneIsRefusedUntilABuildIsInsistedOn() throws {
        let site = try TestPublisher()
        for number in 1...3 { try site.publish(["index.html": "\(number)"]) }
        try ledger(of: site).run(
            script: "PRAGMA user_version = \(EarlierLedger.versions.upperBound + 2)")
        let folder = try site.reopened()
        var sample = InspectionSample.start
        for use in [
            { _ = try folder.currentRelease() }, { _ = try folder.beginRelease() },
            { _ = try folder.inspect(&sample) }, { _ = try folder.verify(repairs: true) },
        ] {
            let error = #expect(throws: (any Error).self) { try use() }
            let fault = (error as? any DiagnosedError)?.diagnostic
            #expect(fault?.message.contains("later version") == true)
            #expect(fault?.hint?.contains("--force") == true)
        }
        #expect(try site.served() == ["index.html": "3"])
        let faults = try folder.verify(repairs: true, overHold: true).faults
        #expect(faults.map(\.remedy) == [.startedOver])
        #expect(try site.served() == ["index.html": "3"])
        #expect(try site.publish(["index.html": "4"]) == .published(release: 4))
        #expect(try PublishedTree.verify(site.reopened()) == 4)
    }

    /// Five ways in which rows can contradict each other, or the tables the program.
    @Test(arguments: [
        "DROP TABLE pages", "ALTER TABLE files RENAME COLUMN since TO began",
        "DELETE FROM releases", "UPDATE site SET current = 77", "DELETE FROM site",
        "DELETE FROM pages", "UPDATE files SET path = '../outside' WHERE path = 'index.html'",
        "UPDATE files SET digest = zeroblob(32)", "UPDATE files SET digest = x'00'",
        "DELETE FROM files", "DROP INDEX files_since", "UPDATE site SET newest = 1",
        "UPDATE pages SET file = 'elsewhere.html'", "DELETE FROM files WHERE path = 'index.html'",
    ])
    func contradictionsAreFoundAndTheSiteIsMadeAgain(statement: String) throws {
        let site = try TinySite()
        try site.build()
        site.edit("index.html", "second")
        try site.build()
        try Database(path: site.path + "/ledger.sqlite", access: .readWrite).run(script: statement)
        try site.reopen()
        let before = try site.publisher.served()
        let found = try? site.folder.verify(repairs: false)
        #expect(found?.faults.isEmpty == false, "\(statement)")
        #expect(try site.publisher.served() == before)
        // A build may find it, and must not fail; one that is insisted on finds it.
        try site.build()
        try site.build(isForced: true)
        try site.verify(statement)
    }

    @Test func aHoldIsNotForgottenWithTheLedger() throws {
        let site = try TinySite()
        try site.build()
        site.edit("index.html", "second")
        try site.build()
        _ = try site.folder.rollBack(to: nil)
        let ledger = try Database(path: site.path + "/ledger.sqlite", access: .readWrite)
        try ledger.run(script: "DROP INDEX files_since; DROP TABLE inputs;")
        try site.reopen()
        let error = #expect(throws: (any Error).self) { try site.build() }
        let message = (error as? any DiagnosedError)?.diagnostic.message
        #expect(message?.contains("held at release 1") == true)
        try site.build(isForced: true)
        try site.verify()
    }
}
