import Synchronization

/// Passes events from the listener's thread to its single reader.
///
/// It keeps only the information that the reader needs: whether the connection was lost, whether it
/// was restored since, and whether a notification came since. That is at most three events.
final class EventQueue: Sendable {
    typealias Event = NotificationListener.Event

    private struct State {
        var events: [Event] = []
        var reader: CheckedContinuation<Event?, Never>?
        var isFinished = false
        /// nil when there were more payloads than the limit.
        var payloads: Set<String>? = []
    }

    private let payloadLimit: Int
    private let state = Mutex(State())

    /// - Parameter payloadLimit: the number of different payloads kept for the reader.
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

    /// Records a notification with these payloads.
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

    /// Merges an event into those not taken yet.
    static func fold(_ event: Event, into events: inout [Event]) {
        switch event {
        case .lost: events = [event]
        case .connected:
            events = events.filter { if case .lost = $0 { true } else { false } } + [event]
        case .notified: if events.last != .notified { events.append(event) }
        }
    }

    /// Returns the next event; nil at the end. Of two simultaneous readers, the first gets nil.
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
