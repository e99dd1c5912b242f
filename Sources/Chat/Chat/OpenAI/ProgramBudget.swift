import LanguageModels
import System

/// The part of a node's daily allowance that one question of an API client may use.
///
/// The maximum is reserved before a model is asked, so that concurrent questions, also in several
/// processes, stay within the limit together. The actual usage replaces it afterwards. If a process
/// dies, its reservations stay used.
struct ProgramBudget: Sendable {
    private let store: ChatStore
    /// nil when no model is asked.
    private let reservation: UsageReservation?
    /// The prompt's estimated tokens, for providers that do not report them.
    private let inputTokens: Int
    private let highestPrice: @Sendable (_ input: Int, _ output: Int) -> Int

    /// Tokens allowed for instructions and quotations, in addition to the client's messages.
    private static let quotedTokens = 2500

    /// - Throws: 429 when the allowance is used up, 503 when that cannot be determined.
    static func reserve(
        for request: AnswerGenerator.Request, of node: ChatNode, within limit: UsageAmount,
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

    /// Replaces the reservation with the answer's usage.
    func settle(_ outcome: AnswerOutcome) async {
        guard let reservation else { return }
        var used = UsageAmount(tokens: 0, cost: 0)
        if outcome.source == .model {
            let output = outcome.usage?.outputTokens ?? 0
            if let input = outcome.usage?.inputTokens, input > 0 {
                used = UsageAmount(tokens: input + output, cost: outcome.cost)
            } else {
                // The provider reported no usage, or its answer was cancelled.
                used = UsageAmount(
                    tokens: inputTokens + output, cost: highestPrice(inputTokens, output))
            }
        }
        let (store, amount) = (store, used)
        // Runs in a new task, since the answer's may be cancelled. On failure the reservation stays
        // used.
        await Task { try? await store.settle(reservation, used: amount) }.value
    }
}

extension ChatFault {
    /// The daily allowance of API clients is used up.
    fileprivate static var dailyLimit: ChatFault {
        var fault = ChatFault(
            429, "daily_limit_reached",
            "API clients have used up this node's daily model allowance; it resets at 00:00 UTC."
        )
        fault.retryAfter = 86_400 - wallClockMilliseconds() / 1000 % 86_400
        return fault
    }
}
