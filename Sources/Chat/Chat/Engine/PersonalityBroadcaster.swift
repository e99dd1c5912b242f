import Synchronization

/// A node's current personality, and the listeners to its changes.
final class PersonalityBroadcaster: Sendable {
    private struct State {
        var current: Personality
        var listeners: [Int: AsyncStream<Personality>.Continuation] = [:]
        var nextListener = 0
    }

    private let state: Mutex<State>

    /// - Parameter node: the node; until `show` is called, it has the default personality.
    init(node: String) { state = Mutex(State(current: Personality(node: node))) }

    var current: Personality { state.withLock { $0.current } }

    /// Notifies all listeners, if the personality has changed.
    func show(_ personality: Personality) {
        let listeners = state.withLock { state in
            guard personality != state.current else {
                return [Int: AsyncStream<Personality>.Continuation]()
            }
            state.current = personality
            return state.listeners
        }
        for listener in listeners.values { listener.yield(personality) }
    }

    /// Returns the current personality, then each change; a slow listener gets only the latest.
    func listen() -> AsyncStream<Personality> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Personality.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            continuation.yield(state.current)
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        return stream
    }
}
