import Build
import Core
import Publishing
import TestSupport
import Testing

/// Sites that an earlier version of the program published.
@Suite struct EarlierLedgerTests {
    private static let rows =
        Rows.page("home", route: "/", content: "[About](/about/)")
        + Rows.page("about", route: "/about/", content: "first")

    @Test(arguments: EarlierLedger.versions)
    func anUnchangedSiteIsNotRenderedAgain(version: Int) async throws {
        let site = try await TestSite(Self.rows)
        #expect(try await site.build().outcome == .published(release: 1))
        let before = try site.files()
        try EarlierLedger.make(version: version, in: "\(site.output)/\(site.node)")

        let report = try await site.build()
        #expect(report.outcome == .unchanged(release: 1))
        #expect(report.rendered == 0)
        #expect(report.errors == [])
        #expect(try site.files() == before)

        try site.database.run(
            "UPDATE robbieblocks_pages SET content = 'second' WHERE page_key = 'about'")
        let next = try await site.build()
        #expect(next.outcome == .published(release: 2))
        #expect(next.rendered == 1)
        #expect(try site.text("about/index.html").contains("second"))
    }

    /// What the last form has beside the inputs decides as before.
    @Test func itStillKnowsItsDatabaseAndItsDrafts() async throws {
        let site = try await TestSite(Self.rows)
        try await site.build { $0.includesDrafts = true }
        let version = EarlierLedger.versions.upperBound
        try EarlierLedger.make(version: version, in: "\(site.output)/\(site.node)")
        let fault = await #expect(throws: Diagnostic.self) { try await site.build() }
        #expect(fault?.code == .otherFolder)
        #expect(fault?.message.contains("drafts") == true)
    }
}
