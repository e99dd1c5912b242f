import Testing

@testable import Build

/// Why a page is planned again, from what is known of it: no database, no rows.
@Suite struct PageFactsTests {
    private static let made = PageFacts.Made(version: 7, inputs: ["component:hero"], due: 100)

    private func reason(
        _ standing: PageFacts.Standing, version: Int64 = 7, isEdited: Bool = false,
        trial: Set<String>? = nil, changed: Set<String> = [], now: Int = 50,
        _ change: (inout SharedFacts) -> Void = { _ in }
    ) -> PlanReason? {
        var shared = SharedFacts(changed: changed, now: now)
        change(&shared)
        return PageFacts(
            standing: standing, version: version, isEdited: isEdited, edit: "the row changed",
            changedSinceTrial: trial
        ).reason(shared)
    }

    @Test func aPublishedPageIsPlannedAgainWhenSomethingThatItReadsChanged() {
        let page = PageFacts.Standing.published(Self.made)
        #expect(reason(page) == nil)
        #expect(reason(page, version: 8) == .edited("the row changed"))
        // Versions may be equal after a restored backup.
        #expect(reason(page, isEdited: true) == .edited("the row changed"))
        #expect(reason(page, now: 99) == nil)
        #expect(reason(page, now: 100) == .due)
        #expect(reason(page, changed: ["component:other", "pages"]) == nil)
        #expect(reason(page, changed: ["component:hero"]) == .shared(["component:hero"]))
        // What every page reads comes first.
        #expect(
            reason(page, changed: ["component:hero", "node", "menu"]) == .shared(["menu", "node"]))
        #expect(reason(page) { $0.trustsVersions = false } == .unprovenVersions)
        let forced = reason(page) {
            $0.trustsVersions = false
            $0.isForced = true
        }
        #expect(forced == .forced)
        #expect(reason(page) { $0.retriesAll = true } == nil)
    }

    @Test func aPageThatFailedIsTriedAgainForAReasonOfItsOwn() {
        let page = PageFacts.Standing.failed(Self.made)
        #expect(reason(page) == nil)
        #expect(reason(page, version: 8) == .edited("the row changed"))
        #expect(reason(page, now: 100) == .due)
        #expect(reason(page, changed: ["component:other"]) == nil)
        let retry = reason(page, changed: ["component:hero"])
        #expect(retry == .shared(["component:hero"], isRetry: true))
        #expect(retry?.isOwn == true)
        #expect(reason(page) { $0.retriesAll = true } == .failedBefore)
    }

    @Test func aPageWithoutARecordIsAlwaysPlanned() {
        #expect(reason(.new) == .new)
        #expect(reason(.new) { $0.trustsVersions = false } == .new)
        #expect(reason(.displaced) == .released)
        #expect(reason(.displaced, version: 8, isEdited: true) == .released)
    }

    @Test func aPageThatThisBuildTriedIsPlannedAgainOnlyForWhatChangedSince() {
        let page = PageFacts.Standing.published(Self.made)
        #expect(reason(page, version: 8, trial: [], changed: ["menu"], now: 100) == nil)
        #expect(reason(page, trial: ["menu"]) == .shared(["menu"]))
        #expect(
            reason(page, trial: ["component:hero", "component:other"])
                == .shared(["component:hero"]))
        #expect(reason(.failed(Self.made), version: 8, trial: ["menu"]) == nil)
        #expect(reason(.new, trial: ["menu"]) == nil)
    }

    @Test func theWordsNameTheFirstInputAndCountTheOthers() {
        #expect(PlanReason.shared(["menu"]).words == "the menu changed")
        #expect(
            PlanReason.shared(["component:hero", "menu", "node"]).words
                == "component 'hero' and 2 more changed")
        #expect(!PlanReason.shared(["menu"]).isOwn)
        for own: PlanReason in [
            .edited(""), .new, .released, .failedBefore, .forced, .unprovenVersions, .due,
        ] {
            #expect(own.isOwn)
        }
    }
}
