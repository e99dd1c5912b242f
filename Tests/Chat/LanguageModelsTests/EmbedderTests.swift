import HTTP
import LanguageModels
import Synchronization
import TestSupport
import Testing

@Suite struct EmbedderTests {
    private static func embedder(
        _ peer: ModelPeer, _ model: String, _ provider: ModelProvider = .ollama,
        breakers: ModelBreakers = ModelBreakers(),
        onFailure: @escaping @Sendable (ModelAttempt) -> Void = { _ in }
    ) -> Embedder {
        // Short only for those that stay silent: others have as long as a busy machine may need.
        let isSilent = model == "hang" || model.hasPrefix("embed-most")
        let time = isSilent ? 1500 : 20_000
        let endpoint = ModelEndpoint(
            name: model, provider: provider,
            baseURL: provider == .openAI ? peer.openAIURL : peer.url, model: model,
            firstTokenTimeout: time, stallTimeout: time)
        return Embedder(
            endpoint: endpoint, client: WebClient(), keys: ModelKeys(environment: [:]),
            breakers: breakers, onFailure: onFailure)
    }

    private static func product(_ left: [Float], _ right: [Float]) -> Float {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test(
        arguments: [ModelProvider.ollama, .openAI], [("embed-64", 64), ("nomic-embed-text", 768)])
    func similarTextsAreNear(
        _ provider: ModelProvider, _ model: (name: String, dimension: Int)
    ) async throws {
        let peer = try ModelPeer.start()
        let vectors = try await Self.embedder(peer, model.name, provider).embed([
            "how do I publish a page", "publish a page: how?", "the weather in Lisbon", "",
        ])
        #expect(vectors.map(\.count) == Array(repeating: model.dimension, count: 4))
        #expect(Self.product(vectors[0], vectors[1]) > 0.7)
        #expect(Self.product(vectors[0], vectors[2]) < 0.5)
        #expect(abs(Self.product(vectors[0], vectors[0]) - 1) < 0.001)
    }

    @Test func theOrderIsKeptOverManyRequests() async throws {
        let peer = try ModelPeer.start()
        let texts = (0..<150).map { "text number \($0)" }
        let embedder = Self.embedder(peer, "embed-32", .openAI)
        let all = try await embedder.embed(texts)
        #expect(all.count == 150)
        #expect(try await peer.counts(of: "embed-32").requests == 3)
        for index in [0, 63, 64, 149] {
            #expect(try await embedder.embed([texts[index]]) == [all[index]])
        }
        #expect(try await embedder.embed([]) == [])
    }

    @Test(arguments: [
        ("hang", ModelFailure.Code.firstTokenTimeout), ("status-500", .serverError(status: 500)),
        ("status-404", .rejected(status: 404)), ("refuse", .lost),
        ("status-429-9", .rateLimited(retryAfter: 9000)),
    ])
    func failuresAreTold(_ model: String, _ code: ModelFailure.Code) async throws {
        let peer = try ModelPeer.start()
        do throws(ModelFailure) {
            _ = try await Self.embedder(peer, model).embed(["a"])
            Issue.record("it was answered")
        } catch {
            #expect(error.code == code)
        }
    }

    @Test func anthropicHasNone() async throws {
        let peer = try ModelPeer.start()
        await #expect(throws: ModelFailure.self) {
            try await Self.embedder(peer, "embed-8", .anthropic).embed(["a"])
        }
    }

    @Test func afterFailuresItAnswersAtOnce() async throws {
        let peer = try ModelPeer.start()
        let embedder = Self.embedder(peer, "status-500")
        var codes: [ModelFailure.Code] = []
        for _ in 0..<7 {
            do throws(ModelFailure) {
                _ = try await embedder.embed(["a"])
            } catch {
                codes.append(error.code)
            }
        }
        #expect(
            codes == Array(repeating: .serverError(status: 500), count: 5) + [.resting, .resting])
        #expect(try await peer.counts().requests == 5)
    }

    /// A model that is too slow for more than three texts at a time.
    @Test func aBatchThatTakesTooLongIsHalved() async throws {
        let peer = try ModelPeer.start()
        let embedder = Self.embedder(peer, "embed-most-3-8")
        let texts = (0..<10).map { "text \($0)" }
        let vectors = try await embedder.embed(texts)
        #expect(vectors.count == 10)
        // 10 and 5 at once took too long, then it was two at a time.
        #expect(try await peer.counts(of: "embed-most-3-8").requests == 2 + 5)
        for index in [0, 7, 9] {
            #expect(try await embedder.embed([texts[index]]) == [vectors[index]])
        }
        _ = try await embedder.embed(texts)
        #expect(try await peer.counts(of: "embed-most-3-8").requests == 2 + 5 + 3 + 5)
        // One text that takes too long cannot be asked for in halves.
        let failures = Mutex<[ModelAttempt]>([])
        let slow = Self.embedder(
            peer, "embed-most-0-8",
            onFailure: { failed in failures.withLock { $0.append(failed) } })
        await #expect(throws: ModelFailure.self) { try await slow.embed(["a", "b"]) }
        #expect(
            failures.withLock { $0.map(\.outcome.name) } == [
                "first-token-timeout", "first-token-timeout",
            ])
        #expect(failures.withLock { $0.allSatisfy(\.isEmbedding) })
    }
}
