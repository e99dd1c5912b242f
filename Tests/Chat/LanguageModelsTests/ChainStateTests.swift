import Testing

@testable import LanguageModels

/// The decisions of a chain, without a server or a clock.
@Suite struct ChainStateTests {
    private static func endpoints(_ count: Int) -> [ModelEndpoint] {
        (0..<count).map {
            ModelEndpoint(
                name: "\($0)", provider: .ollama, baseURL: "http://127.0.0.1", model: "\($0)",
                firstTokenTimeout: 1000, stallTimeout: 500)
        }
    }

    private static func state(
        _ count: Int, at now: Int = 0, _ change: (inout ModelChain.Policy) -> Void = { _ in }
    ) -> ChainState {
        var policy = ModelChain.Policy()
        policy.beginWithin = 10_000
        policy.answerWithin = 20_000
        policy.patience = 300
        change(&policy)
        return ChainState(endpoints: endpoints(count), policy: policy, at: now)
    }

    private static func failure(_ code: ModelFailure.Code) -> ModelFailure {
        ModelFailure(code, endpoints(1)[0], "it failed")
    }

    private static let lost = failure(.lost)

    @Test func endpointsAreAskedInOrderAndThenNoMore() {
        var state = Self.state(3)
        for index in 0..<3 {
            #expect(
                state.action(at: index) { _ in .asked } == .ask(index, until: index + 1000))
            #expect(state.failed(Self.lost, at: index) == nil)
        }
        #expect(
            state.action(at: 5) { _ in .asked } == .giveUp([Self.lost, Self.lost, Self.lost]))
    }

    @Test func afterTheFirstTextAFailureIsTheEnd() {
        var state = Self.state(2)
        _ = state.action(at: 0) { _ in .asked }
        state.spoke()
        #expect(state.failed(Self.lost, at: 700) == .failed(Self.lost))
        #expect(state.failed(Self.lost, at: 20_000) == .deadline)
    }

    @Test func theTimesShrinkWithTheDeadline() {
        var state = Self.state(2, at: 5000) { $0.beginWithin = 1500 }
        #expect(state.action(at: 5000) { _ in .asked } == .ask(0, until: 6000))
        #expect(state.failed(Self.lost, at: 6000) == nil)
        #expect(state.action(at: 6000) { _ in .asked } == .ask(1, until: 6500))
        #expect(state.patience(at: 6100) == 6600)
        #expect(state.patience(at: 24_900) == 25_000)
        #expect(state.failed(Self.lost, at: 6500) == nil)
        #expect(state.action(at: 6500) { _ in .asked } == .giveUp([Self.lost, Self.lost]))
    }

    /// What a row grants its model is more than what is usual: it is waited for, the next model is asked
    /// after it, and the answer has as much time as otherwise.
    @Test func aRowThatIsPatientIsNotOverruled() {
        var endpoints = Self.endpoints(2)
        endpoints[0].firstTokenTimeout = 300_000
        endpoints[1].stallTimeout = 200_000
        var state = ChainState(endpoints: endpoints, policy: ModelChain.Policy(), at: 0)
        #expect(state.action(at: 0) { _ in .asked } == .ask(0, until: 300_000))
        #expect(state.failed(Self.lost, at: 299_999) == nil)
        #expect(state.action(at: 299_999) { _ in .asked } == .ask(1, until: 300_999))
        state.spoke()
        #expect(state.lastMoment >= 500_000)
        #expect(state.patience(at: 300_500) == min(500_500, state.lastMoment))
    }

    @Test func aShortPauseIsWaitedForALongOneOnlyAtTheEnd() {
        let short = Self.failure(.rateLimited(retryAfter: 200))
        let long = Self.failure(.rateLimited(retryAfter: 3000))
        var state = Self.state(2)
        _ = state.action(at: 0) { _ in .asked }
        #expect(state.failed(short, at: 100) == nil)
        #expect(state.action(at: 100) { _ in .asked } == .pause(until: 300))
        #expect(state.action(at: 300) { _ in .asked } == .ask(0, until: 1300))
        // It had its second chance.
        #expect(state.failed(short, at: 400) == nil)
        #expect(state.action(at: 400) { _ in .asked } == .ask(1, until: 1400))
        #expect(state.failed(long, at: 500) == nil)
        #expect(state.action(at: 500) { _ in .asked } == .pause(until: 3500))
        #expect(state.action(at: 3500) { _ in .asked } == .ask(1, until: 4500))
        #expect(state.failed(long, at: 3600) == nil)
        #expect(
            state.action(at: 3600) { _ in .asked } == .giveUp([short, short, long, long]))
    }

    @Test func aPauseBeyondTheDeadlineIsNotWaitedFor() {
        let long = Self.failure(.rateLimited(retryAfter: 9950))
        var state = Self.state(1)
        _ = state.action(at: 0) { _ in .asked }
        #expect(state.failed(long, at: 100) == nil)
        #expect(state.action(at: 100) { _ in .asked } == .giveUp([long]))
    }

    @Test func withoutATimeAPauseIsTheUsualOne() {
        var state = Self.state(1) { $0.usualPause = 700 }
        _ = state.action(at: 0) { _ in .asked }
        #expect(state.failed(Self.failure(.rateLimited(retryAfter: nil)), at: 0) == nil)
        #expect(state.action(at: 0) { _ in .asked } == .pause(until: 700))
    }

    @Test func theBudgetCountsQuestionsNotRefusals() {
        let resting = Self.failure(.resting)
        var state = Self.state(5) { $0.attempts = 2 }
        func admit(_ index: Int) -> ChainState.Admission {
            index < 2 ? .refused(resting, until: nil) : .asked
        }
        #expect(state.action(at: 0, admit: admit) == .ask(2, until: 1000))
        #expect(state.failed(Self.lost, at: 1) == nil)
        #expect(state.action(at: 1, admit: admit) == .ask(3, until: 1001))
        #expect(state.failed(Self.lost, at: 2) == nil)
        #expect(
            state.action(at: 2, admit: admit)
                == .giveUp([resting, resting, Self.lost, Self.lost]))
    }

    @Test func oneThatRestsForAMomentIsComeBackTo() {
        let resting = Self.failure(.resting)
        var state = Self.state(2)
        #expect(
            state.action(at: 0) { $0 == 0 ? .refused(resting, until: 2000) : .asked }
                == .ask(1, until: 1000))
        #expect(state.failed(Self.lost, at: 50) == nil)
        #expect(state.action(at: 50) { _ in .asked } == .pause(until: 2000))
        #expect(state.action(at: 2000) { _ in .asked } == .ask(0, until: 3000))
    }
}
