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

    /// Makes the ledger what an earlier version of its tables was.
    private func makeVersion(_ version: Int, of site: TestPublisher) throws {
        let outlines = version < 2 ? "ALTER TABLE pages DROP COLUMN outline;" : ""
        let repairs = version < 3 ? "DROP TABLE lost; DROP TABLE repairs;" : ""
        let branding = version < 4 ? "DROP TABLE branding;" : ""
        let warnings = version < 5 ? "DROP TABLE warnings;" : ""
        try ledger(of: site).run(
            script: """
                \(repairs) \(outlines) \(branding) \(warnings)
                ALTER TABLE pages DROP COLUMN links;
                PRAGMA user_version = \(version)
                """)
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func anEarlierOneIsBroughtUpToDate(version: Int) throws {
        let site = try TestPublisher()
        for number in 1...3 { try site.publish(["index.html": "\(number)"]) }
        try makeVersion(version, of: site)
        let folder = try site.reopened()
        // Commands that only read take it as it is.
        #expect(try folder.currentRelease()?.number == 3)
        #expect(try folder.releases().map(\.number) == [3, 2, 1])
        #expect(try folder.repairs().isEmpty && folder.warnings().isEmpty)
        #expect(try folder.state().branding == nil)
        #expect(try folder.verify(repairs: false).faults.isEmpty)
        let migrated = try ledger(of: site).first("PRAGMA user_version") { try $0.integer(0) }
        #expect(migrated == 6)
        #expect(try folder.rollBack(to: 1) == 1)
        try folder.resume()
        #expect(try site.publish(["index.html": "4"]) == .published(release: 4))
        #expect(try PublishedTree.verify(site.reopened()) == 4)
        try folder.setWarnings(["home": "[]", "about": "[1]"])
        try folder.setWarnings(["home": nil, "": "[2]"])
        #expect(try folder.warnings() == ["about": "[1]", "": "[2]"])
    }

    @Test func aLaterOneIsRefusedUntilABuildIsInsistedOn() throws {
        let site = try TestPublisher()
        for number in 1...3 { try site.publish(["index.html": "\(number)"]) }
        try ledger(of: site).run(script: "PRAGMA user_version = 9")
        let folder = try site.reopened()
        var sample = SiteSample.start
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
