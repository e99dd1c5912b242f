import Testing

@testable import LanguageModels

/// The decisions of a breaker, without a clock.
@Suite struct CircuitBreakerTests {
    private static func broken(at now: Int) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<CircuitBreaker.threshold {
            _ = breaker.admits(at: now)
            breaker.failed(at: now)
        }
        return breaker
    }

    @Test func itOpensAfterFailuresInARow() {
        var breaker = CircuitBreaker()
        for _ in 0..<(CircuitBreaker.threshold - 1) { breaker.failed(at: 0) }
        #expect(breaker.admits(at: 0) == true)
        breaker.completed()
        for _ in 0..<(CircuitBreaker.threshold - 1) { breaker.failed(at: 0) }
        #expect(breaker.admits(at: 0) == true)
        breaker.failed(at: 0)
        #expect(breaker.admits(at: 0) == false)
        #expect(!breaker.isClosed)
    }

    @Test func afterAPauseOneQuestionFindsOut() {
        var breaker = Self.broken(at: 100)
        let end = 100 + CircuitBreaker.shortestPause
        #expect(breaker.admits(at: end - 1) == false)
        #expect(breaker.admits(at: end) == true)
        #expect(breaker.admits(at: end) == false)
        breaker.completed()
        #expect(breaker.isClosed)
        #expect(breaker.admits(at: end) == true)
        #expect(breaker.admits(at: end) == true)
    }

    @Test func thePauseDoublesUpToALimit() {
        var breaker = Self.broken(at: 0)
        var now = 0
        var pauses: [Int] = []
        for _ in 0..<6 {
            var pause = 0
            while !breaker.admits(at: now + pause) { pause += 1000 }
            pauses.append(pause)
            now += pause
            breaker.failed(at: now)
        }
        #expect(pauses == [5000, 10_000, 20_000, 40_000, 60_000, 60_000])
    }

    @Test func aQuestionGivenUpLetsTheNextOneFindOut() {
        var breaker = Self.broken(at: 0)
        let end = CircuitBreaker.shortestPause
        #expect(breaker.admits(at: end) == true)
        breaker.learnedNothing(at: end)
        #expect(breaker.admits(at: end) == true)
        #expect(breaker.admits(at: end) == false)
    }

    @Test func aFirstTextLetsOthersInButOneFailureIsEnough() {
        var breaker = Self.broken(at: 0)
        let end = CircuitBreaker.shortestPause
        #expect(breaker.admits(at: end) == true)
        breaker.spoke()
        #expect(breaker.admits(at: end) == true)
        breaker.failed(at: end)
        #expect(breaker.admits(at: end) == false)
    }

    @Test func aServerThatNamesATimeIsLeftAloneUntilThen() {
        var breaker = CircuitBreaker()
        breaker.hold(until: 500)
        breaker.hold(until: 300)
        #expect(breaker.admits(at: 499) == false)
        #expect(breaker.admits(at: 500) == true)
    }
}
