import Core
import Testing

@Suite struct NearMissTests {
    @Test func findsASwappedLetter() {
        #expect(nearMiss(for: "testpliot", among: ["vengeance-local", "testpilot"]) == "testpilot")
    }

    @Test func findsNothingWhenEverythingIsFar() {
        #expect(nearMiss(for: "x", among: ["testpilot"]) == nil)
        #expect(nearMiss(for: "abcdef", among: ["ab", "abcdefghi"]) == nil)
    }

    @Test func countsEditsOfEachKind() {
        let word = "abcdef"
        for near in [
            "abcdef", "bacdef", "abcdfe", "bcdef", "abcde", "xabcdef", "abcdefxy", "xbcdey",
        ] {
            #expect(nearMiss(for: word, among: ["zzzzzz", near]) == near)
        }
        for far in ["xyzdef", "badcfe", "abc", "abcdefxyz"] {
            #expect(nearMiss(for: word, among: [far]) == nil, "\(far)")
        }
        #expect(nearMiss(for: word, among: ["abcdxy", "abcdex", "abcdez"]) == "abcdex")
    }

    @Test func listsWhatThereIsWhenNothingIsNear() {
        #expect(suggestion(for: "blog", among: ["work", "play"]) == "there is 'play', 'work'")
        #expect(suggestion(for: "blog", among: []) == nil)
    }

    /// Comparing with every route took five minutes for such a site.
    @Test(.timeLimit(.minutes(1))) func anIndexFindsSlipsAmongManyRoutes() {
        let routes = (0..<20_000).map {
            "/catalogue/shelf-\($0 % 100)/item-\($0 * 7919 % 100_003)/"
        }
        let index = NearMissIndex(routes)
        for route in stride(from: 0, to: routes.count, by: 199).map({ routes[$0] }) {
            // At the beginning, at the end.
            #expect(index.nearest(to: "/ctaalogue" + route.dropFirst(10)) == route)
            #expect(index.nearest(to: route.dropLast() + "s/") != nil)
        }
        #expect(index.nearest(to: "/nothing/like/it/") == nil)
        #expect(index.nearest(to: String(repeating: "/a", count: 50_000)) == nil)
        #expect(NearMissIndex([]).nearest(to: "/a/") == nil)
    }
}
