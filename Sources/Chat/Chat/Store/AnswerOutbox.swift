import Core
import PostgreSQL
import Synchronization
import System

/// Stores answers also while the database is away.
///
/// An answer that cannot be stored now waits here, in memory, until the database is back; nobody who
/// was answered has to wait with it. There is a limit to what waits, and what is lost is
/// reported, never forgotten in silence. An answer that fails while the database is there is tried
/// again apart from the others, which go on, and is given up after a number of attempts.
///
/// ```swift
/// let outbox = AnswerOutbox(store: store) { loss in metrics.lostAnswers.increase() }
/// async let retrying: Void = outbox.run()
/// await outbox.store(exchange, answer)
/// ```
final class AnswerOutbox: Sendable {
    struct Limits: Hashable, Sendable {
        /// Answers that wait.
        var answers = 10_000
        /// Bytes of their texts.
        var bytes = 32 << 20
        /// Attempts to store one answer while the database is there.
        var attempts = 8

        init() {}
    }

    /// An answer that was given and is not stored.
    struct Loss: Sendable {
        enum Reason: Hashable, Sendable {
            /// As many wait as may.
            case full
            /// It ended before the database was back.
            case ended
            /// The database does not take it, such as when the conversation was deleted, or has failed
            /// to as often as is tried.
            case refused(ChatStoreError)
        }

        var exchange: Exchange
        var answer: Answer
        var reason: Reason
    }

    enum Outcome: Hashable, Sendable {
        case stored
        /// It will be stored, or reported as lost.
        case waiting
        case lost
    }

    private struct Entry {
        let exchange: Exchange
        let answer: Answer
        /// Counts up; the same for the life of the entry.
        var number = 0
        /// Attempts that failed while the database was there.
        var failures = 0
        /// When it is tried next, in milliseconds of the monotonic clock.
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

    /// What became of one attempt.
    private enum Attempt {
        case done
        case refused(ChatStoreError)
        /// The answer failed, and others may not.
        case failed(ChatStoreError)
        /// The database is away.
        case away
    }

    /// Answers that are tried at the same time.
    private static let width = 4
    /// Milliseconds between two attempts.
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

    /// How many answers wait.
    var count: Int { state.withLock { $0.entries.count } }

    /// How many answers of one node wait.
    func count(of node: String) -> Int {
        state.withLock { $0.entries.count { $0.exchange.node == node } }
    }

    /// Stores an answer, or keeps it until it can be stored; also when the task is cancelled.
    @discardableResult
    func store(_ exchange: Exchange, _ answer: Answer) async -> Outcome {
        // Not the caller's task: a visitor who went away has been answered all the same.
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

    /// Tries again and again to store what waits, until the task is cancelled; what waits then is
    /// tried once more, and what is left is reported as lost.
    func run() async {
        for await _ in signals {
            var absences = 0
            while !Task.isCancelled, count > 0 {
                let isThere = await tryDue()
                absences = isThere ? 0 : absences + 1
                guard let wait = wait(after: absences) else { break }
                try? await Task.sleep(for: .milliseconds(wait))
            }
        }
        // Not this task: it is cancelled.
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

    /// Milliseconds until something is due; nil when nothing waits.
    private func wait(after absences: Int) -> Int? {
        if absences > 0 { return Self.pauses[min(absences, Self.pauses.count) - 1] }
        let next = state.withLock { $0.entries.map(\.dueAt).min() }
        return next.map { max(1, min($0 - monotonicMilliseconds(), Self.pauses[2])) }
    }

    /// Stores what is due, oldest first, as long as the database is there.
    ///
    /// - Parameter isLast: whether everything is due.
    /// - Returns: whether the database is there.
    private func tryDue(isLast: Bool = false) async -> Bool {
        let now = monotonicMilliseconds()
        var due = state.withLock { state in
            state.entries.filter { isLast || $0.dueAt <= now }
        }.sorted { ($0.dueAt, $0.number) < ($1.dueAt, $1.number) }[...]
        // The first alone finds out whether the database is there.
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
            var isThere = true
            for (entry, attempt) in attempts where !settle(entry, attempt) { isThere = false }
            if !isThere { return false }
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
                // The server starts, ends, or has no connection left.
                case .server(let state) where state.hasUTF8Prefix("57P") || state == "53300":
                    return .away
                default: break
                }
            }
            return .failed(error)
        }
    }

    /// - Returns: false when the database is away.
    private func settle(_ entry: Entry, _ attempt: Attempt) -> Bool {
        switch attempt {
        case .away:
            // Another is the first to be tried next: this one may be why the connection is lost.
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
