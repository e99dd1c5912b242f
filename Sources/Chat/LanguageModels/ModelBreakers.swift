import Synchronization
import System

/// The circuit breakers of all endpoints in a process: failures in one node protect the others.
public final class ModelBreakers: Sendable {
    private struct Key: Hashable {
        var provider: ModelProvider
        var baseURL: String
        var model: String
    }

    /// More endpoints than any chain has. Above the limit, closed breakers are removed.
    private static let limit = 1024

    private let breakers = Mutex<[Key: CircuitBreaker]>([:])

    public init() {}

    /// Whether an endpoint is currently not asked.
    func isResting(_ endpoint: ModelEndpoint) -> Bool {
        change(endpoint) { breaker in
            !breaker.isClosed || breaker.heldUntil > monotonicMilliseconds()
        }
    }

    func change<Result: Sendable>(
        _ endpoint: ModelEndpoint, _ body: (inout CircuitBreaker) -> Result
    ) -> Result {
        let key = Key(
            provider: endpoint.provider, baseURL: endpoint.baseURL, model: endpoint.model)
        return breakers.withLock { breakers in
            if breakers.count >= Self.limit {
                breakers = breakers.filter { $0.key == key || !$0.value.isClosed }
            }
            return body(&breakers[key, default: CircuitBreaker()])
        }
    }

    /// - Parameter now: when the chain noticed the failure, so that both wait until the same
    ///   moment.
    func learn(
        from failure: ModelFailure, of endpoint: ModelEndpoint, _ policy: ModelChain.Policy,
        at now: Int = monotonicMilliseconds()
    ) {
        change(endpoint) { breaker in
            if case .rateLimited(let pause) = failure.code {
                breaker.hold(until: now + (pause ?? policy.usualPause))
            }
            if failure.isFault { breaker.failed(at: now) } else { breaker.learnedNothing(at: now) }
        }
    }

    func learnedNothing(of endpoint: ModelEndpoint) {
        let now = monotonicMilliseconds()
        change(endpoint) { $0.learnedNothing(at: now) }
    }
}
