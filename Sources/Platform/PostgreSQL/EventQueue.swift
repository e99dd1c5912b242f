import Synchronization

/// Events on their way from the listener's thread to its one reader.
///
/// It holds what the reader must know and no more: whether the connection was lost, whether it was
/// made since, and whether something was sent since. That is three events at most.
final class EventQueue: Sendable {
    typealias Event = NotificationListener.Event

    private struct State {
        var events: [Event] = []
        var reader: CheckedContinuation<Event?, Never>?
        var isFinished = false
        /// nil when there were more than the limit.
        var payloads: Set<String>? = []
    }

    private let payloadLimit: Int
    private let state = Mutex(State())

    /// - Parameter payloadLimit: different payloads that are kept for the reader.
    init(payloadLimit: Int = 0) { self.payloadLimit = payloadLimit }

    var isFinished: Bool { state.withLock { $0.isFinished } }

    func append(_ event: Event) {
        let reader = state.withLock { state -> CheckedContinuation<Event?, Never>? in
            if state.isFinished { return nil }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            Self.fold(event, into: &state.events)
            return nil
        }
        reader?.resume(returning: event)
    }

    /// Something was sent, carrying these.
    func notify(_ payloads: Set<String>) {
        state.withLock { state in
            state.payloads?.formUnion(payloads)
            if let count = state.payloads?.count, count > payloadLimit { state.payloads = nil }
        }
        append(.notified)
    }

    func takePayloads() -> Set<String>? {
        state.withLock { state in
            defer { state.payloads = [] }
            return state.payloads
        }
    }

    /// Adds an event to those that were not taken yet.
    static func fold(_ event: Event, into events: inout [Event]) {
        switch event {
        case .lost: events = [event]
        case .connected:
            events = events.filter { if case .lost = $0 { true } else { false } } + [event]
        case .notified: if events.last != .notified { events.append(event) }
        }
    }

    /// The next event; nil when there will be none. Of two readers at once, the first gets nil.
    func next() async -> Event? {
        await withCheckedContinuation { reader in
            let (done, event) = state.withLock {
                state -> (CheckedContinuation<Event?, Never>?, Event?) in
                if state.isFinished { return (reader, nil) }
                if !state.events.isEmpty { return (reader, state.events.removeFirst()) }
                defer { state.reader = reader }
                return (state.reader, nil)
            }
            done?.resume(returning: event)
        }
    }

    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            state.events = []
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }
}
