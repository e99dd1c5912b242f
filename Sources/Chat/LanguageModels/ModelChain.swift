public import HTTP

/// The models of a node, in the order in which they are asked.
///
/// ```swift
/// for await event in chain.answer(prompt, maximumTokens: nil) {
///     if case .text(let text) = event { … }
/// }
/// ```
public final class ModelChain: Sendable {
    /// Limits for one answer. Times are milliseconds.
    public struct Policy: Hashable, Sendable {
        /// From the question to the end of the answer.
        public var answerWithin = 120_000
        /// Limits the time from the question to the first text of any model. By default no model is
        /// asked after 30 seconds, unless its row allows it more time, and each has the timeout of
        /// its row.
        public var beginWithin: Int?
        static let usualBegin = 30_000
        /// Total number of requests for one answer.
        public var attempts = 6
        /// If a server asks to wait no longer than this, it is retried before the next one is
        /// asked.
        public var patience = 1500
        /// Pause for an overloaded server that names no time.
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
    ///   - breakers: shared by the process, so that they outlast a chain.
    ///   - onAttempt: called for each request to an endpoint when it has ended.
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

    /// Returns the answer; the request is sent when it is read. A reader that stops or is cancelled
    /// cancels the request at the provider.
    ///
    /// - Parameter maximumTokens: a lower limit than the endpoints' own.
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
            // No request was made, and none will be until the row or the environment is corrected.
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
            ModelFailure(.resting, endpoint, "requests to it are paused after failures"),
            until: time > now ? time : nil)
    }
}
