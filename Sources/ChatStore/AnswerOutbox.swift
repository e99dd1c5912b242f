import Synchronization

/// Stores answers also while the database is away.
///
/// An answer that cannot be stored now waits here, in memory, until the database is back; nobody who
/// was answered has to wait with it. There is a limit to what waits, and what is lost is
/// reported, never forgotten in silence.
///
/// ```swift
/// let outbox = AnswerOutbox(store: store) { loss in metrics.lostAnswers.increase() }
/// async let retrying: Void = outbox.run()
/// await outbox.store(exchange, answer)
/// ```
public final class AnswerOutbox: Sendable {
    public struct Limits: Hashable, Sendable {
        /// Answers that wait.
        public var answers = 10_000
        /// Bytes of their texts.
        public var bytes = 32 << 20

        public init() {}
    }

    /// An answer that was given and is not stored.
    public struct Loss: Sendable {
        public enum Reason: Hashable, Sendable {
            /// As many wait as may.
            case full
            /// It ended before the database was back.
            case ended
            /// The database does not take it, such as when the conversation was deleted.
            case refused(ChatStoreError)
        }

        public var exchange: Exchange
        public var answer: Answer
        public var reason: Reason
    }

    public enum Outcome: Hashable, Sendable {
        case stored
        /// It will be stored, or reported as lost.
        case waiting
        case lost
    }

    private struct Entry {
        var exchange: Exchange
        var answer: Answer

        var bytes: Int { exchange.text.utf8.count + answer.text.utf8.count }
    }

    private struct State {
        var entries: [Entry] = []
        var bytes = 0
        var hasEnded = false
    }

    /// Milliseconds between two attempts.
    private static let pauses = [100, 200, 400, 800, 1600, 3000]

    private let store: ChatStore
    private let limits: Limits
    private let onLoss: @Sendable (Loss) -> Void
    private let state = Mutex(State())
    private let (signals, signal) = AsyncStream.makeStream(
        of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// - Parameter onLoss: called for each answer that will never be stored.
    public init(
        store: ChatStore, limits: Limits = Limits(), onLoss: @escaping @Sendable (Loss) -> Void
    ) {
        self.store = store
        self.limits = limits
        self.onLoss = onLoss
    }

    /// How many answers wait.
    public var count: Int { state.withLock { $0.entries.count } }

    /// Stores an answer, or keeps it until it can be stored; also when the task is cancelled.
    @discardableResult
    public func store(_ exchange: Exchange, _ answer: Answer) async -> Outcome {
        // Not the caller's task: a visitor who went away has been answered all the same.
        let attempt = Task { () async throws(ChatStoreError) in
            try await store.finish(exchange, answer)
        }
        switch await attempt.result {
        case .success: return .stored
        case .failure(let error as ChatStoreError) where !error.isTemporary:
            onLoss(Loss(exchange: exchange, answer: answer, reason: .refused(error)))
            return .lost
        case .failure: return keep(Entry(exchange: exchange.withoutTurns, answer: answer))
        }
    }

    private func keep(_ entry: Entry) -> Outcome {
        let reason = state.withLock { state -> Loss.Reason? in
            if state.hasEnded { return .ended }
            guard state.entries.count < limits.answers, state.bytes + entry.bytes <= limits.bytes
            else { return .full }
            state.entries.append(entry)
            state.bytes += entry.bytes
            return nil
        }
        if let reason {
            onLoss(Loss(exchange: entry.exchange, answer: entry.answer, reason: reason))
            return .lost
        }
        signal.yield()
        return .waiting
    }

    /// Tries again and again to store what waits, until the task is cancelled; what waits then is
    /// tried once more, and what is left is reported as lost.
    public func run() async {
        for await _ in signals {
            var attempts = 0
            while !Task.isCancelled, await storeFirst() == false {
                let pause = Self.pauses[min(attempts, Self.pauses.count - 1)]
                attempts += 1
                try? await Task.sleep(for: .milliseconds(pause))
            }
        }
        // Not this task: it is cancelled.
        _ = await Task { await storeFirst() }.value
        let left = state.withLock { state in
            state.hasEnded = true
            defer { state.entries = [] }
            return state.entries
        }
        for entry in left {
            onLoss(Loss(exchange: entry.exchange, answer: entry.answer, reason: .ended))
        }
    }

    /// Stores what waits, oldest first, as long as the database takes it.
    ///
    /// - Returns: whether nothing is left.
    private func storeFirst() async -> Bool {
        while let entry = state.withLock({ $0.entries.first }) {
            do {
                try await store.finish(entry.exchange, entry.answer)
            } catch {
                if error.isTemporary { return false }
                onLoss(
                    Loss(exchange: entry.exchange, answer: entry.answer, reason: .refused(error)))
            }
            state.withLock { state in
                state.entries.removeFirst()
                state.bytes -= entry.bytes
            }
        }
        return true
    }
}
