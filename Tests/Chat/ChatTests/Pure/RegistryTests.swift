import Testing

@testable import Chat

@Suite("Answers without readers")
struct RegistryTests {
    private static let limits = AnswerRegistry.Limits(kept: 60_000, patience: 30_000, bytes: 4096)

    /// - Parameter now: milliseconds, the time of the log.
    private static func answer(
        _ id: String, isResumable: Bool, now: @escaping @Sendable () -> Int = { 1000 }
    ) -> RunningAnswer {
        let log = AnswerLog(
            AnswerIdentity(conversation: "c", question: "q", answer: id), clock: now)
        return RunningAnswer(
            log: log, caller: Ceilings.Caller(address: "a", visitor: "v", node: "n"),
            exchange: nil, isResumable: isResumable)
    }

    @Test("a resumable one continues for half a minute, another for a second")
    func patience() {
        let registry = AnswerRegistry(limits: Self.limits)
        let (resumable, other) = (
            Self.answer("1", isResumable: true), Self.answer("2", isResumable: false)
        )
        for answer in [resumable, other] { _ = registry.add(answer) }
        registry.sweep(now: 1999)
        #expect(other.ending == nil)
        registry.sweep(now: 2000)
        #expect(other.ending == .abandoned)
        registry.sweep(now: 30_999)
        #expect(resumable.ending == nil)
        registry.sweep(now: 31_000)
        #expect(resumable.ending == .abandoned)
    }

    @Test("what has ended is kept for a minute, as far as there is room")
    func kept() {
        let registry = AnswerRegistry(limits: Self.limits)
        let answers = (1...5).map { Self.answer("\($0)", isResumable: true) }
        for answer in answers {
            _ = registry.add(answer)
            answer.log.end(AnswerOutcome(status: .complete, source: .model))
        }
        registry.sweep(now: 1001)
        // Each takes a kilobyte and what was said.
        #expect((1...4).contains(registry.count))
        registry.sweep(now: 61_000)
        #expect(registry.count == 0)
    }
}
