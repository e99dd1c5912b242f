import Diagnostics
import Testing

@Suite struct NearMissTests {
    @Test func findsASwappedLetter() {
        #expect(nearMiss(for: "testpliot", among: ["vengeance-local", "testpilot"]) == "testpilot")
    }

    @Test func findsNothingWhenEverythingIsFar() {
        #expect(nearMiss(for: "x", among: ["testpilot"]) == nil)
    }

    @Test func listsWhatThereIsWhenNothingIsNear() {
        #expect(suggestion(for: "blog", among: ["work", "play"]) == "there is 'play', 'work'")
        #expect(suggestion(for: "blog", among: []) == nil)
    }
}
