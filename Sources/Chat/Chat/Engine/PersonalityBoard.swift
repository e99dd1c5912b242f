import Synchronization

/// What a node's personality is now, and everybody who wants to hear when it changes.
final class PersonalityBoard: Sendable {
    private struct State {
        var current: Personality
        var listeners: [Int: AsyncStream<Personality>.Continuation] = [:]
        var nextListener = 0
    }

    private let state: Mutex<State>

    /// - Parameter node: whose personality it is; until `show`, the one of a node without a row.
    init(node: String) { state = Mutex(State(current: Personality(node: node))) }

    var current: Personality { state.withLock { $0.current } }

    /// Tells everybody, unless it is what they know.
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

    /// The personality now, then each change; who is slow gets the newest alone.
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
