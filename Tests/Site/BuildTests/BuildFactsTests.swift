import Content
import FoundationEssentials
import Testing

@testable import Build

/// The next step of a build, as a pure function: no database, no folder.
@Suite struct BuildFactsTests {
    private static let page = UUID()
    private static let other = UUID()

    /// Facts of a build whose folder and snapshot are known, and whose site is in memory.
    private static func facts(
        _ reach: BuildReach, _ changes: [ChangeSubject] = [],
        _ change: (inout BuildFacts) -> Void = { _ in }
    ) -> BuildFacts {
        var facts = BuildFacts(reach: reach)
        facts.knowsSite = true
        facts.folder = .init()
        facts.snapshot = .init(changes: changes)
        change(&facts)
        return facts
    }

    private static func reads(_ changes: [ChangeSubject] = [], all: Bool = false) -> BuildStep? {
        ChangedRows(changes).map { .readChanges($0, comparesAll: all) }
    }

    private typealias Row = (String, BuildFacts, BuildStep?)

    private func check(_ table: [Row]) {
        for (name, facts, step) in table { #expect(facts.next == step, "\(name)") }
    }

    @Test func looksAtTheFolderFirst() {
        func start(_ reach: BuildReach, isForced: Bool = false) -> BuildFacts {
            var facts = BuildFacts(reach: reach)
            facts.isForced = isForced
            return facts
        }
        check([
            ("a build by hand", start(.everything), .inspectFolder(.sample)),
            ("a reconciliation", start(.reconciliation), .inspectFolder(.sample)),
            ("a change costs no inspection", start(.changes), .inspectFolder(.nothing)),
            ("a forced build", start(.everything, isForced: true), .inspectFolder(.everything)),
            ("a forced change", start(.changes, isForced: true), .inspectFolder(.everything)),
            (
                "a rollback holds",
                Self.facts(.changes, [.page(Self.page)]) { $0.folder?.isHeld = true }, .end(.held)
            ),
            (
                "a rollback holds before the database is asked",
                Self.facts(.everything) {
                    $0.folder?.isHeld = true
                    $0.snapshot = nil
                }, .end(.held)
            ),
        ])
    }

    @Test func startsWorkersWhenPagesWillProbablyBeRendered() {
        func snapshot(_ reach: BuildReach, knows: Bool, hasRelease: Bool) -> BuildFacts {
            Self.facts(reach) {
                $0.snapshot = nil
                $0.knowsSite = knows
                $0.folder?.hasRelease = hasRelease
            }
        }
        for (reach, knows, hasRelease, starts) in [
            (BuildReach.everything, false, false, true),
            (.everything, false, true, false),
            (.reconciliation, false, true, true),
            (.reconciliation, true, true, false),
            (.changes, false, false, true),
            (.changes, false, true, false),
            (.changes, true, false, false),
        ] {
            #expect(
                snapshot(reach, knows: knows, hasRelease: hasRelease).next
                    == .openSnapshot(startsWorkers: starts))
        }
    }

    @Test func readsOnlyChangedRowsWhereThatIsEnough() {
        let few: [ChangeSubject] = [
            .page(Self.page), .page(Self.other), .component(Self.page), .token(Self.page),
            .frameBlock(Self.page),
        ]
        check([
            ("few changes", Self.facts(.changes, few), Self.reads(few)),
            ("no change: time", Self.facts(.changes), Self.reads()),
            ("a reconciliation", Self.facts(.reconciliation), Self.reads(all: true)),
            (
                "a reconciliation with changes", Self.facts(.reconciliation, few),
                Self.reads(few, all: true)
            ),
            ("a build by hand", Self.facts(.everything, few), .readEverything),
            ("a first build", Self.facts(.changes, few) { $0.knowsSite = false }, .readEverything),
            (
                "a start", Self.facts(.reconciliation) { $0.knowsSite = false }, .readEverything
            ),
            ("a node's row", Self.facts(.changes, [.branding(Self.page)]), .readEverything),
            (
                "a row of another program",
                Self.facts(.changes, [.foreign("theme", Self.page)]), .readEverything
            ),
            (
                "a restored database",
                Self.facts(.changes, few) { $0.snapshot?.provesVersions = false },
                .readEverything
            ),
            (
                "a restored database, reconciled",
                Self.facts(.reconciliation) { $0.snapshot?.provesVersions = false },
                .readEverything
            ),
            (
                "more changes than are read at once",
                Self.facts(.changes, few) { $0.snapshot?.isComplete = false }, .readEverything
            ),
            (
                "as many pages as are read one by one",
                Self.facts(.changes, few) { $0.changes.pages = 256 }, Self.reads(few)
            ),
            (
                "too many pages", Self.facts(.changes, few) { $0.changes.pages = 257 },
                .readEverything
            ),
            (
                "the first page of an app",
                Self.facts(.changes, few) { $0.changes.hasOtherApps = true }, .readEverything
            ),
            (
                "a shared row without a change",
                Self.facts(.reconciliation) { $0.changes.sharedRowsDiffer = true },
                .readEverything
            ),
        ])
        for table in ContentTable.allCases {
            #expect(Self.facts(.changes, [.emptied(table)]).next == .readEverything)
        }
    }

    @Test func repeatsARefusalUntilSomethingChanges() {
        func refused(
            _ reach: BuildReach, _ changes: [ChangeSubject] = [],
            _ change: (inout BuildFacts) -> Void = { _ in }
        ) -> BuildFacts {
            Self.facts(reach, changes) {
                $0.knowsSite = false
                $0.snapshot?.refusalStands = true
                change(&$0)
            }
        }
        check([
            ("a timer", refused(.changes), .end(.refusedAsBefore)),
            ("an edit", refused(.changes, [.page(Self.page)]), .readEverything),
            ("a reconciliation", refused(.reconciliation), .readEverything),
            ("a build by hand", refused(.everything), .readEverything),
            (
                "drafts: another builder may have acknowledged the edit",
                refused(.changes) { $0.includesDrafts = true }, .readEverything
            ),
            (
                "another release", refused(.changes) { $0.snapshot?.refusalStands = false },
                .readEverything
            ),
        ])
    }

    @Test func leavesASiteOutOfMemoryAmongManyNodes() {
        func resting(
            _ reach: BuildReach, _ changes: [ChangeSubject] = [],
            _ change: (inout BuildFacts) -> Void = { _ in }
        ) -> BuildFacts {
            Self.facts(reach, changes) {
                $0.knowsSite = false
                $0.isCrowded = true
                change(&$0)
            }
        }
        check([
            ("a timer", resting(.changes), .compareAtRest(comparesRows: false)),
            ("a reconciliation", resting(.reconciliation), .compareAtRest(comparesRows: true)),
            ("unchanged", resting(.changes) { $0.isUnchangedAtRest = true }, .end(.unchanged)),
            ("changed", resting(.changes) { $0.isUnchangedAtRest = false }, .readEverything),
            ("an edit", resting(.changes, [.token(Self.page)]), .readEverything),
            ("a build by hand", resting(.everything), .readEverything),
            ("a forced build", resting(.reconciliation) { $0.isForced = true }, .readEverything),
            (
                "a damaged folder", resting(.reconciliation) { $0.folder?.hadFaults = true },
                .readEverything
            ),
            ("few nodes", resting(.changes) { $0.isCrowded = false }, .readEverything),
            ("in memory", resting(.changes) { $0.knowsSite = true }, Self.reads()),
        ])
    }

    @Test func plansOnlyPagesThatMayDiffer() {
        func read(
            _ reach: BuildReach, _ rows: BuildFacts.ReadRows,
            _ change: (inout BuildFacts) -> Void = { _ in }
        ) -> BuildFacts {
            Self.facts(reach) {
                $0.rows = rows
                change(&$0)
            }
        }
        check([
            (
                "an edited page", read(.changes, .changed(isSamePlan: true, isDue: false)),
                .plan(.readPages)
            ),
            (
                "an edited component", read(.changes, .changed(isSamePlan: false, isDue: false)),
                .plan(.everyPage(trustsVersions: true))
            ),
            (
                "the time of a condition", read(.changes, .changed(isSamePlan: true, isDue: true)),
                .plan(.everyPage(trustsVersions: true))
            ),
            (
                "nothing differs, by hand", read(.everything, .everything(isSame: true)),
                .end(.unchanged)
            ),
            (
                "nothing differs, when a watch starts",
                read(.reconciliation, .everything(isSame: true)),
                .plan(.everyPage(trustsVersions: true))
            ),
            (
                "something differs", read(.everything, .everything(isSame: false)),
                .plan(.everyPage(trustsVersions: true))
            ),
            (
                "forced", read(.everything, .everything(isSame: true)) { $0.isForced = true },
                .plan(.everyPage(trustsVersions: false))
            ),
            (
                "a restored database",
                read(.everything, .everything(isSame: true)) {
                    $0.snapshot?.provesVersions = false
                }, .plan(.everyPage(trustsVersions: false))
            ),
        ])
    }

    @Test func publishesWhatDiffers() {
        func planned(_ work: BuildFacts.Work) -> BuildFacts {
            Self.facts(.changes) {
                $0.rows = .changed(isSamePlan: true, isDue: false)
                $0.work = work
            }
        }
        check([
            ("work", planned(.init(isEmpty: false)), .publish),
            ("no work", planned(.init(isEmpty: true)), .end(.nothingToPublish)),
            ("another release is served", planned(.init(isEmpty: true, isLive: false)), .publish),
            (
                "a failure is settled",
                planned(.init(isEmpty: true, hasSettledFailures: true)), .publish
            ),
        ])
    }
}
