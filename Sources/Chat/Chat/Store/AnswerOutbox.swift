import Core
import PostgreSQL
import Synchronization
import System

/// Stores answers, and holds them in memory while the database is unavailable.
///
/// An answer that cannot be stored at once is queued until the database is available again; the
/// visitor does not wait for that. The queue is bounded, and every lost answer is reported. An
/// answer that fails while the database is available is retried separately, so that the others
/// proceed, and is given up after a number of attempts.
///
/// ```swift
/// let outbox = AnswerOutbox(store: store) { loss in metrics.lostAnswers.increase() }
/// async let retrying: Void = outbox.run()
/// await outbox.store(exchange, answer)
/// ```
final class AnswerOutbox: Sendable {
    struct Limits: Hashable, Sendable {
        /// Maximum number of queued answers.
        var answers = 10_000
        /// Maximum size of their texts in bytes.
        var bytes = 32 << 20
        /// Attempts to store one answer while the database is available.
        var attempts = 8

        init() {}
    }

    /// An answer that was given and is not stored.
    struct Loss: Sendable {
        enum Reason: Hashable, Sendable {
            /// The queue is full.
            case full
            /// The outbox ended before the database was available again.
            case ended
            /// The database rejected the answer, for example because the conversation was deleted,
            /// or every attempt failed.
            case refused(ChatStoreError)
        }

        var exchange: Exchange
        var answer: Answer
        var reason: Reason
    }

    enum Outcome: Hashable, Sendable {
        case stored
        /// Queued: it will be stored, or reported as lost.
        case waiting
        case lost
    }

    private struct Entry {
        let exchange: Exchange
        let answer: Answer
        /// A sequence number that identifies the entry.
        var number = 0
        /// Failed attempts while the database was available.
        var failures = 0
        /// Time of the next attempt, in milliseconds of the monotonic clock.
        var dueAt = 0

        var bytes: Int { exchange.text.utf8.count + answer.text.utf8.count }
    }

    private struct State {
        /// Oldest first.
        var entries: [Entry] = []
        var bytes = 0
        var last = 0
        var hasEnded = false
    }

    /// The result of one attempt.
    private enum Attempt {
        case done
        case refused(ChatStoreError)
        /// This answer failed; others may succeed.
        case failed(ChatStoreError)
        /// The database is unavailable.
        case away
    }

    /// Answers stored concurrently.
    private static let width = 4
    /// Milliseconds between attempts.
    private static let pauses = [100, 200, 400, 800, 1600, 3000]

    private let store: ChatStore
    private let limits: Limits
    private let onLoss: @Sendable (Loss) -> Void
    private let state = Mutex(State())
    private let (signals, signal) = AsyncStream.makeStream(
        of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// - Parameter onLoss: called for each answer that will never be stored.
    init(
        store: ChatStore, limits: Limits = Limits(), onLoss: @escaping @Sendable (Loss) -> Void
    ) {
        self.store = store
        self.limits = limits
        self.onLoss = onLoss
    }

    /// The number of queued answers.
    var count: Int { state.withLock { $0.entries.count } }

    /// Returns the number of queued answers of one node.
    func count(of node: String) -> Int {
        state.withLock { $0.entries.count { $0.exchange.node == node } }
    }

    /// Stores an answer, or queues it if that fails. Cancelling the task does not stop this.
    @discardableResult
    func store(_ exchange: Exchange, _ answer: Answer) async -> Outcome {
        // Runs in a task of its own: the answer is stored even if the visitor has left.
        let attempt = Task { () async throws(ChatStoreError) in
            try await store.finish(exchange, answer)
        }
        switch await attempt.result {
        case .success: return .stored
        case .failure(let error as ChatStoreError) where !error.isTemporary && !error.isLockTimeout:
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
            var entry = entry
            state.last += 1
            entry.number = state.last
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

    /// Retries queued answers until the task is cancelled. Then tries each remaining answer once
    /// more, and reports the rest as lost.
    func run() async {
        for await _ in signals {
            var absences = 0
            while !Task.isCancelled, count > 0 {
                let isAvailable = await tryDue()
                absences = isAvailable ? 0 : absences + 1
                guard let wait = wait(after: absences) else { break }
                try? await Task.sleep(for: .milliseconds(wait))
            }
        }
        // Runs in a new task, because this one is cancelled.
        _ = await Task { await tryDue(isLast: true) }.value
        let left = state.withLock { state in
            state.hasEnded = true
            defer { state.entries = [] }
            return state.entries
        }
        for entry in left {
            onLoss(Loss(exchange: entry.exchange, answer: entry.answer, reason: .ended))
        }
    }

    /// Returns milliseconds until the next attempt is due; nil when the queue is empty.
    private func wait(after absences: Int) -> Int? {
        if absences > 0 { return Self.pauses[min(absences, Self.pauses.count) - 1] }
        let next = state.withLock { $0.entries.map(\.dueAt).min() }
        return next.map { max(1, min($0 - monotonicMilliseconds(), Self.pauses[2])) }
    }

    /// Stores the answers that are due, oldest first, as long as the database is available.
    ///
    /// - Parameter isLast: whether to try all answers, due or not.
    /// - Returns: whether the database is available.
    private func tryDue(isLast: Bool = false) async -> Bool {
        let now = monotonicMilliseconds()
        var due = state.withLock { state in
            state.entries.filter { isLast || $0.dueAt <= now }
        }.sorted { ($0.dueAt, $0.number) < ($1.dueAt, $1.number) }[...]
        // The first attempt runs alone, to find out whether the database is available.
        var width = 1
        while !due.isEmpty {
            let group = due.prefix(width)
            due = due.dropFirst(width)
            let attempts = await withTaskGroup(of: (Entry, Attempt).self) { tasks in
                for entry in group { tasks.addTask { (entry, await self.attempt(entry)) } }
                var attempts: [(Entry, Attempt)] = []
                for await one in tasks { attempts.append(one) }
                return attempts
            }
            var isAvailable = true
            for (entry, attempt) in attempts where !settle(entry, attempt) { isAvailable = false }
            if !isAvailable { return false }
            width = Self.width
        }
        return true
    }

    private func attempt(_ entry: Entry) async -> Attempt {
        do {
            try await store.finishAlone(entry.exchange, entry.answer)
            return .done
        } catch {
            if !error.isTemporary, !error.isLockTimeout { return .refused(error) }
            if case .database(let fault) = error {
                switch fault.code {
                case .connection, .overloaded, .cancelled: return .away
                // The server is starting or shutting down, or has no connections left.
                case .server(let state) where state.hasUTF8Prefix("57P") || state == "53300":
                    return .away
                default: break
                }
            }
            return .failed(error)
        }
    }

    /// - Returns: false when the database is unavailable.
    private func settle(_ entry: Entry, _ attempt: Attempt) -> Bool {
        switch attempt {
        case .away:
            // Another answer goes first next time, in case this one caused the lost connection.
            change(entry) { $0.dueAt = monotonicMilliseconds() }
            return false
        case .done: remove(entry)
        case .refused(let error): lose(entry, error)
        case .failed(let error):
            guard entry.failures + 1 < limits.attempts else {
                lose(entry, error)
                break
            }
            change(entry) {
                $0.failures += 1
                let pause = Self.pauses[min(entry.failures, Self.pauses.count - 1)]
                $0.dueAt = monotonicMilliseconds() + pause
            }
        }
        return true
    }

    private func change(_ entry: Entry, _ body: (inout Entry) -> Void) {
        state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.number == entry.number }) else {
                return
            }
            body(&state.entries[index])
        }
    }

    private func lose(_ entry: Entry, _ error: ChatStoreError) {
        remove(entry)
        onLoss(Loss(exchange: entry.exchange, answer: entry.answer, reason: .refused(error)))
    }

    private func remove(_ entry: Entry) {
        state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.number == entry.number }) else {
                return
            }
            state.entries.remove(at: index)
            state.bytes -= entry.bytes
        }
    }
}
