public import HTTP

/// The models of a node, in the order in which they are asked.
///
/// ```swift
/// for await event in chain.answer(prompt, maximumTokens: nil) {
///     if case .text(let text) = event { … }
/// }
/// ```
public final class ModelChain: Sendable {
    /// How much is done for one answer. Times are milliseconds.
    public struct Policy: Hashable, Sendable {
        /// From the question to the end of the answer.
        public var answerWithin = 120_000
        /// Limits the time from the question to the first text of any model. Without it, no model is
        /// asked after 30 seconds, unless its row gives it more, and each has the time of its row.
        public var beginWithin: Int?
        static let usualBegin = 30_000
        /// Questions that are put to endpoints for one answer, all in all.
        public var attempts = 6
        /// A server that asks to wait no longer than this is waited for before the next one is asked.
        public var patience = 1500
        /// How long a server is left alone that has too much to do and names no time.
        public var usualPause = 2000

        public init() {}
    }

    public let endpoints: [ModelEndpoint]
    let client: WebClient
    let keys: ModelKeys
    let policy: Policy
    let breakers: ModelBreakers
    let onAttempt: @Sendable (ModelAttempt) -> Void

    /// - Parameters:
    ///   - breakers: one for the process, so that chains that are made anew remember.
    ///   - onAttempt: told of each question that was put to an endpoint, when it is over.
    public init(
        endpoints: [ModelEndpoint], client: WebClient, keys: ModelKeys,
        policy: Policy = Policy(), breakers: ModelBreakers = ModelBreakers(),
        onAttempt: @escaping @Sendable (ModelAttempt) -> Void = { _ in }
    ) {
        self.endpoints = endpoints
        self.client = client
        self.keys = keys
        self.policy = policy
        self.breakers = breakers
        self.onAttempt = onAttempt
    }

    /// The answer, which is asked for when it is read. Whoever stops reading, or is cancelled, ends
    /// the question at the provider.
    ///
    /// - Parameter maximumTokens: for a shorter answer than the endpoints allow.
    public func answer(_ prompt: Prompt, maximumTokens: Int? = nil) -> ModelAnswer {
        ModelAnswer(chain: self, prompt: prompt, maximumTokens: maximumTokens)
    }
}

extension ModelChain {
    /// Whether an endpoint may be asked now, and with which key.
    func admit(_ index: Int, at now: Int, key: inout String?) -> ChainState.Admission {
        let endpoint = endpoints[index]
        do throws(ModelFailure) {
            key = try keys.key(for: endpoint)
        } catch {
            // Nothing was asked, and nothing ever will be until the row or the environment is right.
            onAttempt(
                ModelAttempt(
                    endpoint: endpoint, outcome: .failed(error), firstText: nil, duration: 0,
                    usage: ModelUsage()))
            return .refused(error, until: nil)
        }
        let (isAdmitted, time) = breakers.change(endpoint) { breaker in
            (breaker.admits(at: now), breaker.heldUntil)
        }
        if isAdmitted { return .asked }
        return .refused(
            ModelFailure(.resting, endpoint, "it is left alone for a while after failures"),
            until: time > now ? time : nil)
    }
}
