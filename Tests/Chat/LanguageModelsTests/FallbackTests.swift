import System
import TestSupport
import Testing

@testable import LanguageModels

/// Endpoints that fail, each in a way of its own, against a server that really does.
@Suite(.timeLimit(.minutes(1))) struct FallbackTests {
    /// The model's name, and the code of the failure.
    private static let faults: [(model: String, code: String)] = [
        ("refuse", "lost"), ("hang", "first-token-timeout"),
        ("headers-only", "first-token-timeout"), ("trickle", "first-token-timeout"),
        ("slow-5000", "first-token-timeout"), ("stall", "first-token-timeout"),
        ("malformed", "malformed"), ("huge-line", "malformed"), ("endless-0", "malformed"),
        ("status-500", "server-error"), ("status-503", "server-error"),
        ("status-429-30", "rate-limited"), ("status-404", "rejected"),
        ("no-such-model", "rejected"),
        ("redirect", "rejected"), ("cut", "lost"), ("error", "server-error"), ("empty", "empty"),
    ]

    @Test(arguments: faults, ModelProvider.allCases)
    func theNextEndpointAnswers(
        _ fault: (model: String, code: String), _ provider: ModelProvider
    ) async throws {
        let asked = try AskedChain()
        let chain = asked.chain([asked.endpoint(fault.model, provider), asked.endpoint("fast-3")])
        let told = await asked.ask(chain)
        #expect(told.began == ["fast-3"])
        #expect(told.text == words(3))
        #expect(told.end == .complete(ModelUsage(inputTokens: 2, outputTokens: 3)))
        #expect(asked.attempts.map(\.outcome.name) == [fault.code, "complete"])
        #expect(asked.attempts.first?.firstText == nil)
        let counts = try await asked.peer.counts(of: fault.model) {
            $0.open == 0
        }
        #expect(counts.open == 0)
        #expect(counts.requests == 1)
    }

    @Test func nobodyListens() async throws {
        let asked = try AskedChain()
        var endpoint = asked.endpoint("fast")
        let reserved = try ReservedPort()
        endpoint.baseURL = "http://127.0.0.1:\(reserved.port)"
        let told = await asked.ask(asked.chain([endpoint, asked.endpoint("fast-3")]))
        #expect(told.text == words(3))
        #expect(asked.attempts.map(\.outcome.name) == ["unreachable", "complete"])
        withExtendedLifetime(reserved) {}
    }

    @Test func whenAllFailNothingWasSaid() async throws {
        let asked = try AskedChain()
        let models = ["refuse", "status-500", "malformed"]
        let told = await asked.ask(asked.chain(models.map { asked.endpoint($0) }))
        #expect(told.began.isEmpty)
        #expect(told.text.isEmpty)
        #expect(told.failures == ["lost", "server-error", "malformed"])
    }

    @Test func aChainWithoutEndpointsSaysSo() async throws {
        let asked = try AskedChain()
        #expect(await asked.ask(asked.chain([])).end == .unavailable([]))
    }

    /// After the first text there is no other endpoint, and no second try.
    @Test(
        arguments: [
            ("stall-3", "stalled"), ("cut-3", "lost"), ("malformed-3", "malformed"),
            ("error-3", "server-error"), ("huge-line-3", "malformed"),
        ], ModelProvider.allCases)
    func anAnswerThatHadBegunIsCutOff(
        _ fault: (model: String, code: String), _ provider: ModelProvider
    ) async throws {
        let asked = try AskedChain()
        let chain = asked.chain([asked.endpoint(fault.model, provider), asked.endpoint("fast-3")])
        let told = await asked.ask(chain)
        #expect(told.began == [fault.model])
        #expect(told.text == words(3))
        guard case .cutOff(let reason, let usage) = told.end else {
            Issue.record("it ended as \(String(describing: told.end))")
            return
        }
        #expect(reason.name == fault.code)
        #expect(usage.outputTokens >= 1)
        #expect(asked.attempts.map(\.outcome.name) == ["cut-off"])
        #expect(try await asked.peer.counts().requests == 1)
        let counts = try await asked.peer.counts(of: fault.model) {
            $0.open == 0
        }
        #expect(counts.open == 0)
    }

    // MARK: 429

    @Test func aShortRetryAfterIsWaitedFor() async throws {
        let asked = try AskedChain()
        let chain = asked.chain([asked.endpoint("busy-1"), asked.endpoint("fast-5")])
        let told = await asked.ask(chain)
        #expect(told.began == ["busy-1"])
        #expect(told.text == words(3))
        #expect(told.milliseconds >= 1000)
        #expect(asked.attempts.map(\.outcome.name) == ["rate-limited", "complete"])
    }

    @Test func aLongerRetryAfterIsWaitedForWhenThereIsNoOther() async throws {
        let asked = try AskedChain()
        let told = await asked.ask("busy-2")
        #expect(told.text == words(3))
        #expect(told.milliseconds >= 2000)
    }

    @Test func aRetryAfterBeyondTheDeadlineIsNotWaitedFor() async throws {
        let asked = try AskedChain()
        var policy = ModelChain.Policy()
        policy.beginWithin = 600_000
        // The deadline of the first text is ten minutes away, far behind the limit of this test.
        let told = await asked.ask("status-429-3600", policy: policy)
        #expect(told.failures == ["rate-limited"])
        // The next question does not reach the server either.
        #expect(await asked.ask("status-429-3600", policy: policy).failures == ["resting"])
        #expect(try await asked.peer.counts().requests == 1)
    }

    @Test func aServerThatIsAlwaysBusyIsAskedTwice() async throws {
        let asked = try AskedChain()
        let told = await asked.ask("status-429-1")
        #expect(told.failures == ["rate-limited", "rate-limited"])
        #expect(try await asked.peer.counts().requests == 2)
    }

    // MARK: Limits

    @Test func anAnswerWithoutEndIsCutOffByItsLength() async throws {
        let asked = try AskedChain()
        let chain = asked.chain([asked.endpoint("endless")])
        let told = await asked.ask(chain, maximumTokens: 100)
        #expect(told.end.map { if case .cutOff(.length, _) = $0 { true } else { false } } == true)
        #expect(told.text.utf8.count <= 1600)
        let counts = try await asked.peer.counts(of: "endless") { $0.open == 0 }
        #expect(counts.cancelled == 1)
    }

    @Test func anAnswerThatTakesTooLongIsCutOff() async throws {
        let asked = try AskedChain()
        var policy = ModelChain.Policy()
        policy.answerWithin = 2000
        let told = await asked.ask("steady-1000", policy: policy)
        #expect(told.end.map { if case .cutOff(.deadline, _) = $0 { true } else { false } } == true)
        #expect(words(1000).hasPrefix(told.text) && !told.text.isEmpty)
        #expect(told.milliseconds >= 2000)
    }

    @Test func allEndpointsTogetherHaveOneDeadline() async throws {
        let asked = try AskedChain()
        var policy = ModelChain.Policy()
        policy.beginWithin = 600
        let chain = asked.chain(
            (1...4).map { asked.endpoint("hang:\($0)") }, policy: policy)
        let told = await asked.ask(chain)
        // Each has 0.4 seconds. On a busy machine the first may use up the time of both.
        #expect((1...2).contains(told.failures.count))
        #expect(told.failures.allSatisfy { $0 == "first-token-timeout" })
        #expect(told.milliseconds >= 600)
    }

    @Test func thereIsOneBudgetOfAttempts() async throws {
        let asked = try AskedChain()
        var policy = ModelChain.Policy()
        policy.attempts = 2
        let chain = asked.chain(
            (1...4).map { asked.endpoint("status-500:\($0)") }, policy: policy)
        #expect(await asked.ask(chain).failures == ["server-error", "server-error"])
        #expect(try await asked.peer.counts().requests == 2)
    }

    // MARK: Breakers

    @Test func anEndpointThatFailsAgainAndAgainIsLeftAlone() async throws {
        let asked = try AskedChain()
        let broken = asked.endpoint("status-500")
        let chain = asked.chain([broken, asked.endpoint("fast-1")])
        for _ in 0..<10 { #expect(await asked.ask(chain).text == "w0 ") }
        #expect(try await asked.peer.counts(of: "status-500").requests == 5)
        #expect(asked.breakers.isResting(broken))
        #expect(!asked.breakers.isResting(asked.endpoint("fast-1")))
        // Another chain of the same process knows.
        let other = try AskedChain(asked.peer, breakers: asked.breakers)
        #expect(await other.ask("status-500").failures == ["resting"])
    }

    @Test func oneThatAlwaysStopsInTheMiddleIsLeftAloneToo() async throws {
        let asked = try AskedChain()
        for _ in 0..<5 { #expect(await asked.ask("cut-3").began == ["cut-3"]) }
        #expect(await asked.ask("cut-3").failures == ["resting"])
    }

    @Test func whatThisProcessLacksIsNotTheServersFault() async throws {
        let asked = try AskedChain(transfers: 0)
        for _ in 0..<7 { #expect(await asked.ask("fast-3").failures == ["overloaded"]) }
        #expect(!asked.breakers.isResting(asked.endpoint("fast-3")))
    }

    // MARK: Cancellation

    @Test(arguments: ["hang", "headers-only", "steady-1000"])
    func aReaderWhoGoesEndsTheQuestion(_ model: String) async throws {
        let asked = try AskedChain()
        var endpoint = asked.endpoint(model)
        endpoint.firstTokenTimeout = 120_000
        let chain = asked.chain([endpoint, asked.endpoint("fast-3")])
        let task = Task { await asked.ask(chain) }
        _ = try await asked.peer.counts(of: model) { $0.open == 1 }
        task.cancel()
        let counts = try await asked.peer.counts(of: model) {
            $0.cancelled == 1
        }
        #expect(counts.cancelled == 1)
        #expect(await task.value.end == nil)
        #expect(asked.attempts.map(\.outcome) == [.cancelled])
        #expect(try await asked.peer.counts().requests == 1)
    }

    @Test func aReaderWhoStopsReadingEndsTheQuestion() async throws {
        let asked = try AskedChain()
        for await event in asked.chain([asked.endpoint("steady-1000")]).answer(
            Prompt(turns: [.init(.user, "hi")]))
        {
            if case .text = event { break }
        }
        let counts = try await asked.peer.counts(of: "steady-1000") {
            $0.cancelled == 1
        }
        #expect(counts.cancelled == 1)
        #expect(asked.attempts.map(\.outcome) == [.cancelled])
    }
}
