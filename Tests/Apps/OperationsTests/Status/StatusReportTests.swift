import Core
import FoundationEssentials
import Publishing
import System
import TestSupport
import Testing

@testable import Build
@testable import Content
@testable import Operations

/// What `robbieblocks status` says about a node, as JSON and in lines.
@Suite struct StatusReportTests {
    private static let now = 1_764_000_000_000

    /// A node of which the database knows nothing yet.
    private static func database() -> NodeStatus {
        NodeStatus(
            now: now, builder: nil, pending: 0, oldestPendingAge: nil, waiting: 0, waitingRows: [],
            deploys: [], lastFailure: nil, lag: nil, home: nil)
    }

    private static func report(
        _ folder: TestFolder, site: SiteFolder? = nil, otherDatabase: Diagnostic? = nil,
        _ database: NodeStatus = database()
    ) throws -> StatusReport {
        try StatusReport(
            node: "acme", output: folder.path, site: site, otherDatabase: otherDatabase,
            database: database)
    }

    private static func published(in folder: TestFolder) throws -> SiteFolder {
        let site = try SiteFolder(output: folder.path, node: "acme")
        for text in ["first", "second"] {
            let draft = try site.beginRelease()
            try draft.put(
                PageRecord(
                    id: "1", key: "home", file: "index.html",
                    fingerprint: SHA256Digest(hashing: text), version: 1),
                html: Array(text.utf8), reason: "text", effort: nil)
            _ = try draft.publish(cause: "page_change", keep: 10)
        }
        return site
    }

    private static func json(_ report: StatusReport) throws -> JSONValue {
        try JSONValue(parsing: Array(try JSONEncoder().encode(report)))
    }

    @Test func aNodeWithoutAReleaseSaysWhatToRun() throws {
        let folder = try TestFolder()
        let report = try Self.report(folder)
        #expect(report.exitCode == .success)
        #expect(
            try Self.json(report) == [
                "node": "acme", "pending": .number(0), "waiting": .number(0), "waitingRows": [],
                "failures": [], "repairs": [], "warnings": [],
            ])
        let lines = report.lines
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("  live     nothing; run: robbieblocks build --node acme"))
        #expect(lines[1] == "  pending  0 edits")
    }

    @Test func allThatIsKnownIsReported() throws {
        let folder = try TestFolder()
        let site = try Self.published(in: folder)
        let live = try #require(try site.currentRelease())
        let draft = try site.beginRelease()
        let failed = FailedPage(
            page: "broken", id: UUID(), version: 1, inputs: [], since: Self.now - 5000,
            diagnostics: [
                Diagnostic(
                    .badProps, "'n' is no number\nand more", at: .init(page: "broken", block: 2))
            ])
        try draft.setFailures([failed.entry])
        _ = try draft.publish(cause: "page_change", keep: 10)
        _ = try site.rollBack(to: 1)

        var database = Self.database()
        database.now = live.createdAt + 3 * 3_600_000
        database.pending = 1
        database.oldestPendingAge = 119_999
        database.waiting = 3
        database.waitingRows = [
            .init(kind: "style_token", key: "color.primary", byHand: 1, automatic: 1),
            .init(kind: "page", key: nil, byHand: 1, automatic: 0),
        ]
        database.builder = .init(
            generation: 4, holder: "host:17", claimedAt: 0, isRunning: true, release: nil,
            releasedAt: nil)
        database.lag = .init(count: 2, last: 5, median: 7, worst: 9)
        database.lastFailure = RecordedDeploy(
            id: UUID(),
            deploy: Deploy(
                node: "acme", status: .failed, error: "no\nroom", triggeredBy: "schedule"),
            startedAt: 0, completedAt: 1000)
        database.home = "elsewhere:/sites/acme"
        let report = try Self.report(folder, site: site, database)
        #expect(report.exitCode == .content)

        let json = try Self.json(report)
        #expect(json["live"]?["release"] == .number(1))
        #expect(json["live"]?["pages"] == .number(1))
        #expect(json["live"]?["cause"] == "page_change")
        #expect(json["heldRelease"] == .number(1))
        #expect(json["pending"] == .number(1))
        #expect(json["oldestPendingMilliseconds"] == .number(119_999))
        #expect(json["waiting"] == .number(3))
        #expect(
            json["waitingRows"] == [
                [
                    "kind": "style_token", "key": "color.primary", "byHand": .number(1),
                    "automatic": .number(1),
                ],
                ["kind": "page", "byHand": .number(1), "automatic": .number(0)],
            ])
        #expect(json["failures"]?.array?.map { $0["page"] } == ["broken"])
        #expect(
            json["lastFailedDeploy"]
                == ["at": "1970-01-01T00:00:01.000Z", "error": "no\nroom"])
        #expect(
            json["builder"]
                == ["holder": "host:17", "generation": .number(4), "isRunning": true])
        #expect(
            json["lag"] == [
                "edits": .number(2), "last": .number(5), "median": .number(7), "worst": .number(9),
            ])
        #expect(json["home"] == "elsewhere:/sites/acme")

        let lines = report.lines
        for start in [
            "  live     release 1, 3 h old, 1 page, ",
            "  home     elsewhere:/sites/acme: edits count as live there, not in this folder",
            "  held     at release 1; run: robbieblocks resume --node acme",
            "  pending  1 edit, the oldest for 119 s; 3 more wait for a build by hand",
            "  waiting  token 'color.primary': 2 edits, 1 of them automatic",
            "  waiting  every page: 1 edit",
            "  failing  broken since \(isoTimestamp(milliseconds: Self.now - 5000)): ",
            "  failed   last at 1970-01-01T00:00:01.000Z: no", "  builder  host:17",
            "  lag      ",
        ] {
            #expect(lines.contains { $0.hasPrefix(start) }, "\(start)\n\(lines)")
        }
        // A message of several lines takes one; --json has all of it.
        #expect(lines.contains { $0.hasSuffix("'n' is no number") })
        #expect(!lines.contains { $0.contains("and more") && $0.contains("failing") })
    }

    @Test func theSiteOfAnotherDatabaseIsNotDescribed() throws {
        let folder = try TestFolder()
        let site = try Self.published(in: folder)
        let fault = Diagnostic(.otherDatabase, "the site is another's", hint: "look elsewhere")
        let report = try Self.report(folder, site: site, otherDatabase: fault)
        #expect(report.exitCode == .environment)
        let json = try Self.json(report)
        #expect(json["live"] == nil)
        #expect(json["otherDatabase"]?["message"] == "the site is another's")
        #expect(
            report.lines == [
                "  error    the site is another's", "           look elsewhere",
                "  pending  0 edits",
            ])
    }

    @Test func aBuilderThatIsGoneAndTheHomeAreNamed() throws {
        let folder = try TestFolder()
        let site = try Self.published(in: folder)
        var database = Self.database()
        database.home = site.location
        database.builder = .init(
            generation: 1, holder: "host:17", claimedAt: 0, isRunning: false, release: nil,
            releasedAt: nil)
        let report = try Self.report(folder, site: site, database)
        #expect(!report.isAwayFromHome)
        let lines = report.lines
        #expect(lines.contains("  home     \(site.location)"))
        #expect(lines.contains("  builder  none is running"))
    }

    @Test(arguments: [
        (0, "0 s"), (119_999, "119 s"), (120_000, "2 min"), (7_199_999, "119 min"),
        (7_200_000, "2 h"), (172_799_999, "47 h"), (172_800_000, "2 days"),
    ])
    func agesAreInWords(milliseconds: Int, words: String) {
        #expect(MeasureWords.age(milliseconds) == words)
    }
}
