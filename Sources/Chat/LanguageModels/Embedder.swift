public import HTTP
import System

/// Turns texts into vectors, such that texts of similar meaning have similar vectors.
public struct Embedder: Sendable {
    /// Maximum number of texts in one request.
    static let batch = 64
    static let answerLimit = 32 << 20

    public let endpoint: ModelEndpoint
    private let client: WebClient
    private let keys: ModelKeys
    private let breakers: ModelBreakers
    private let pace = EmbeddingPace(longest: Embedder.batch)
    private let onFailure: @Sendable (ModelAttempt) -> Void

    /// - Parameter onFailure: called for each request that did not return vectors.
    public init(
        endpoint: ModelEndpoint, client: WebClient, keys: ModelKeys,
        breakers: ModelBreakers = ModelBreakers(),
        onFailure: @escaping @Sendable (ModelAttempt) -> Void = { _ in }
    ) {
        self.endpoint = endpoint
        self.client = client
        self.keys = keys
        self.breakers = breakers
        self.onFailure = onFailure
    }

    /// Returns the vectors of texts, in order and all of one dimension, which the model determines.
    ///
    /// A batch that exceeds the timeout of the model's row is retried in halves, and later batches
    /// are no larger.
    ///
    /// - Throws: immediately, without a request, while the endpoint's breaker is open.
    public func embed(_ texts: [String]) async throws(ModelFailure) -> [[Float]] {
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        var start = 0
        while start < texts.count {
            let end = min(start + pace.batch, texts.count)
            let began = monotonicMilliseconds()
            do throws(ModelFailure) {
                vectors += try await embed(batch: Array(texts[start..<end]))
            } catch {
                // A single text that takes too long cannot be split.
                guard error.isTooSlow, pace.slowed(at: end - start) else { throw error }
                continue
            }
            pace.kept(
                end - start, milliseconds: monotonicMilliseconds() - began,
                of: endpoint.firstTokenTimeout)
            start = end
        }
        guard Set(vectors.map(\.count)).count <= 1 else {
            throw ModelFailure(.malformed, endpoint, "its vectors differ in length")
        }
        return vectors
    }

    private func embed(batch: [String]) async throws(ModelFailure) -> [[Float]] {
        let began = monotonicMicroseconds()
        do throws(ModelFailure) {
            return try await ask(batch)
        } catch {
            switch error.code {
            case .resting, .cancelled: break
            default:
                onFailure(
                    ModelAttempt(
                        endpoint: endpoint, isEmbedding: true, outcome: .failed(error),
                        firstText: nil, duration: monotonicMicroseconds() - began,
                        usage: ModelUsage()))
            }
            throw error
        }
    }

    private func ask(_ batch: [String]) async throws(ModelFailure) -> [[Float]] {
        let key = try keys.key(for: endpoint)
        guard var request = ProviderRequest.embedding(of: batch, to: endpoint, key: key) else {
            throw ModelFailure(
                .notConfigured, endpoint, "\(endpoint.provider.rawValue) has no embeddings")
        }
        let now = monotonicMilliseconds()
        guard breakers.change(endpoint, { $0.admits(at: now) }) else {
            throw ModelFailure(
                .resting, endpoint, "requests to it are paused after failures")
        }
        request.connectTimeout = endpoint.connectTimeout
        request.headTimeout = endpoint.firstTokenTimeout
        request.stallTimeout = endpoint.stallTimeout
        request.totalTimeout = endpoint.firstTokenTimeout + endpoint.stallTimeout
        request.bodyLimit = Self.answerLimit
        do throws(ModelFailure) {
            let vectors = try await vectors(of: request, count: batch.count, key: key)
            breakers.change(endpoint) { $0.completed() }
            return vectors
        } catch {
            if error.isTooSlow, batch.count > 1 {
                // The batch was too large, which says nothing about smaller ones.
                breakers.learnedNothing(of: endpoint)
            } else {
                breakers.learn(from: error, of: endpoint, ModelChain.Policy())
            }
            throw error
        }
    }

    private func vectors(
        of request: ClientRequest, count: Int, key: String?
    ) async throws(ModelFailure) -> [[Float]] {
        let response: ClientResponse
        let body: [UInt8]
        do throws(ClientError) {
            response = try await client.send(request)
            body = try await response.body.collect()
        } catch {
            throw ModelFailure(error, of: endpoint, hasSign: false)
        }
        guard response.status == 200 else {
            throw ModelFailure(response, body: body, of: endpoint, hiding: key)
        }
        guard let vectors = EmbeddingAnswer.read(body, from: endpoint.provider),
            vectors.count == count, let dimension = vectors.first?.count, dimension > 0,
            vectors.allSatisfy({ $0.count == dimension && $0.allSatisfy(\.isFinite) })
        else {
            throw ModelFailure(
                .malformed, endpoint, "its answer does not hold one vector for each text")
        }
        return vectors
    }
}

extension ModelFailure {
    /// Whether the model might have answered with more time or with fewer texts.
    fileprivate var isTooSlow: Bool {
        switch code {
        case .firstTokenTimeout, .stalled, .deadline: true
        default: false
        }
    }
}
