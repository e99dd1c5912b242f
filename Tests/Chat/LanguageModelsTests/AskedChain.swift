import HTTP
import LanguageModels
import Synchronization
import System
import TestSupport

/// A chain over a peer, and what happened when it was asked.
final class AskedChain: Sendable {
    let peer: ModelPeer
    let breakers: ModelBreakers
    let client: WebClient
    private let recorded = Mutex<[ModelAttempt]>([])

    init(
        _ peer: ModelPeer? = nil, breakers: ModelBreakers = ModelBreakers(), transfers: Int = 4096
    ) throws {
        var limits = WebClient.Limits()
        limits.transfers = transfers
        client = WebClient(limits: limits)
        self.peer = try peer ?? ModelPeer.start()
        self.breakers = breakers
    }

    var attempts: [ModelAttempt] { recorded.withLock { $0 } }

    /// Models that say nothing for longer than the first text may take.
    private static let silent = ["hang", "headers-only", "trickle", "slow-"]

    /// An endpoint of the peer. The times are short only where the test waits for their end: a model
    /// that answers has as long as a busy machine may need.
    func endpoint(_ model: String, _ provider: ModelProvider = .ollama) -> ModelEndpoint {
        let isSilent = model == "stall" || Self.silent.contains(where: model.hasPrefix)
        // Longer than a busy machine may need for the next thought.
        let isThinking = model.hasPrefix("reasoning-")
        return ModelEndpoint(
            name: model, provider: provider,
            baseURL: provider == .openAI ? peer.openAIURL : peer.url, model: model,
            connectTimeout: 20_000,
            firstTokenTimeout: isSilent ? 400 : isThinking ? 1200 : 20_000,
            stallTimeout: model.hasPrefix("stall") ? 500 : 20_000)
    }

    func chain(
        _ endpoints: [ModelEndpoint], keys: [String: String] = [:],
        policy: ModelChain.Policy = ModelChain.Policy()
    ) -> ModelChain {
        ModelChain(
            endpoints: endpoints, client: client, keys: ModelKeys(environment: keys),
            policy: policy, breakers: breakers,
            onAttempt: { [self] attempt in recorded.withLock { $0.append(attempt) } })
    }

    /// The events of one answer.
    struct Told: Hashable {
        var began: [String] = []
        var text = ""
        var end: ModelEnd?
        var milliseconds = 0

        /// The codes of the failures of an answer that was not begun.
        var failures: [String] {
            if case .unavailable(let failures) = end { failures.map(\.code.name) } else { [] }
        }
    }

    func ask(
        _ chain: ModelChain, _ prompt: Prompt = Prompt(turns: [.init(.user, "hello")]),
        maximumTokens: Int? = nil
    ) async -> Told {
        var told = Told()
        let start = monotonicMilliseconds()
        for await event in chain.answer(prompt, maximumTokens: maximumTokens) {
            switch event {
            case .began(let endpoint): told.began.append(endpoint.name)
            case .text(let text): told.text += text
            case .ended(let end): told.end = end
            }
        }
        told.milliseconds = monotonicMilliseconds() - start
        return told
    }

    func ask(
        _ model: String, _ provider: ModelProvider = .ollama,
        policy: ModelChain.Policy = ModelChain.Policy()
    ) async -> Told {
        await ask(chain([endpoint(model, provider)], policy: policy))
    }
}

/// `w0 w1 … `, as the peer says it.
func words(_ count: Int) -> String { (0..<count).map { "w\($0) " }.joined() }
