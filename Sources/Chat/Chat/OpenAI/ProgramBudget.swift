import LanguageModels
import System

/// What one question of a program may take of its node's day.
///
/// The most that it can take is set aside before a model is asked, so that several at once stay within
/// the day's limit together, and processes too; what it took is put in its place afterwards. What is set
/// aside when a process dies stays used.
struct ProgramBudget: Sendable {
    private let store: ChatStore
    /// nil when no model is asked.
    private let reservation: UsageReservation?
    /// The question's length, for providers who do not count it.
    private let inputTokens: Int
    private let highestPrice: @Sendable (_ input: Int, _ output: Int) -> Int

    /// Tokens that a prompt may have beside what the program said: instructions and quotations.
    private static let quotedTokens = 2500

    /// - Throws: 429 when the day has no room for it, 503 when that cannot be found out.
    static func reserve(
        for request: Speaker.Request, of node: ChatNode, within limit: UsageAmount,
        store: ChatStore
    ) async throws(ChatFault) -> ProgramBudget {
        let endpoints = node.models.chain?.endpoints ?? []
        let said = request.turns.reduce(PromptComposer.tokens(in: request.question)) {
            $0 + PromptComposer.tokens(in: $1.text)
        }
        let room = endpoints.map(\.contextTokens).max() ?? 0
        let input = min(said + quotedTokens, room)
        let output = endpoints.map {
            min(request.maximumTokens ?? .max, $0.maximumOutputTokens)
        }.max()
        let price: @Sendable (Int, Int) -> Int = { input, output in
            endpoints.map { $0.cost(input: input, output: output) }.max() ?? 0
        }
        guard let output else {
            return ProgramBudget(
                store: store, reservation: nil, inputTokens: 0, highestPrice: price)
        }
        let amount = UsageAmount(tokens: input + output, cost: price(input, output))
        let reservation: UsageReservation?
        do throws(ChatStoreError) {
            reservation = try await store.reserve(amount, of: node.name, within: limit)
        } catch {
            throw ChatFault(error)
        }
        guard let reservation else { throw .dailyLimit }
        return ProgramBudget(
            store: store, reservation: reservation, inputTokens: input, highestPrice: price)
    }

    /// What the answer took is known.
    func settle(_ outcome: AnswerOutcome) async {
        guard let reservation else { return }
        var used = UsageAmount(tokens: 0, cost: 0)
        if outcome.source == .model {
            let output = outcome.usage?.outputTokens ?? 0
            if let input = outcome.usage?.inputTokens, input > 0 {
                used = UsageAmount(tokens: input + output, cost: outcome.cost)
            } else {
                // The provider counts nothing, or was left in the middle.
                used = UsageAmount(
                    tokens: inputTokens + output, cost: highestPrice(inputTokens, output))
            }
        }
        let (store, amount) = (store, used)
        // Not the answer's task: it may be cancelled. When it fails, what was set aside stays used.
        await Task { try? await store.settle(reservation, used: amount) }.value
    }
}

extension ChatFault {
    /// Programs have used up the node's day.
    fileprivate static var dailyLimit: ChatFault {
        var fault = ChatFault(
            429, "daily_limit_reached",
            "Programs have used what this node's models may do in a day; it begins anew at 00:00 UTC."
        )
        fault.retryAfter = 86_400 - wallClockMilliseconds() / 1000 % 86_400
        return fault
    }
}
