import FoundationEssentials
import PostgreSQL
import Synchronization

/// An operation that can run in a batch with others.
protocol BatchItem: Sendable {
    /// The owner of the rows that the item affects.
    var owner: UUID { get }
    /// Approximate size of the item's texts.
    var bytes: Int { get }
}

/// Runs operations that several tasks request at about the same time in one transaction.
///
/// An item that arrives while no batch is running runs at once and alone; items that arrive during
/// a batch form the next one. No item waits for a batch to fill, and the cost per item falls as the
/// load rises.
///
/// A batch does not wait long for rows that another transaction has locked, such as one an admin
/// left open: its items then run one by one, each with its own lock timeout, and the next batch
/// does not wait for them.
///
/// A batch has at most one item per owner, ordered by owner id: two batches that need rows of the
/// same owners lock them in the same order, which prevents a deadlock.
final class Batcher<Item: BatchItem, Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, ChatStoreError>
    /// Performs the operations of the items. Unless it is patient, throws `isLockTimeout` rather
    /// than wait long for a lock.
    ///
    /// - Returns: a value for each item, in their order.
    typealias Perform =
        @Sendable (_ items: [Item], _ isPatient: Bool) async throws(ChatStoreError) -> [Value]

    private struct Waiting {
        var number: Int
        var item: Item
        var continuation: CheckedContinuation<Outcome, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var isUnderWay = false
        var last = 0
    }

    private static var mostItems: Int { 32 }
    private static var mostBytes: Int { 256 << 10 }
    /// Maximum number of waiting items.
    private static var mostWaiting: Int { 4096 }

    private let state = Mutex(State())

    /// The number of items that wait for a batch.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Performs the item's operation.
    ///
    /// A cancelled task stops waiting, unless its batch is already running.
    func run(_ item: Item, _ perform: @escaping Perform) async throws(ChatStoreError) -> Value {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enter(Waiting(number: number, item: item, continuation: continuation))
                begin(perform)
            }
        } onCancel: {
            leave(number)
        }.get()
    }

    private static var cancelled: ChatStoreError {
        .database(PostgresError(.cancelled, "the task was cancelled"))
    }

    private func enter(_ entry: Waiting) {
        let refusal = state.withLock { state -> ChatStoreError? in
            if Task.isCancelled { return Self.cancelled }
            guard state.waiting.count < Self.mostWaiting else {
                return .database(
                    PostgresError(.overloaded, "\(Self.mostWaiting) items are waiting already"))
            }
            state.waiting.append(entry)
            return nil
        }
        if let refusal { entry.continuation.resume(returning: .failure(refusal)) }
    }

    private func leave(_ number: Int) {
        let entry = state.withLock { state in
            state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
        }
        entry?.continuation.resume(returning: .failure(Self.cancelled))
    }

    /// Starts the next batch if items are waiting and no batch is running.
    private func begin(_ perform: @escaping Perform) {
        let batch = state.withLock { state -> [Waiting] in
            guard !state.isUnderWay, !state.waiting.isEmpty else { return [] }
            state.isUnderWay = true
            return Self.take(from: &state.waiting)
        }
        if batch.isEmpty { return }
        Task {
            await Self.perform(batch, perform)
            state.withLock { $0.isUnderWay = false }
            begin(perform)
        }
    }

    private static func take(from waiting: inout [Waiting]) -> [Waiting] {
        var owners: Set<UUID> = []
        var bytes = 0
        var batch: [Waiting] = []
        var rest: [Waiting] = []
        for entry in waiting {
            let fits = batch.isEmpty || bytes + entry.item.bytes <= mostBytes
            if batch.count < mostItems, fits, owners.insert(entry.item.owner).inserted {
                bytes += entry.item.bytes
                batch.append(entry)
            } else {
                rest.append(entry)
            }
        }
        waiting = rest
        return batch.sorted { $0.item.owner < $1.item.owner }
    }

    private static func perform(_ batch: [Waiting], _ perform: @escaping Perform) async {
        let outcome = await outcome(of: batch, perform, isPatient: false)
        switch outcome {
        case .success(let values):
            for (entry, value) in zip(batch, values) {
                entry.continuation.resume(returning: .success(value))
            }
        case .failure(let error) where isOnesOwn(error, among: batch.count):
            // One item caused the failure; the others must still succeed, so each runs alone.
            for entry in batch {
                Task {
                    let outcome = await Self.outcome(of: [entry], perform, isPatient: true)
                    entry.continuation.resume(returning: outcome.map { $0[0] })
                }
            }
        case .failure(let error):
            for entry in batch { entry.continuation.resume(returning: .failure(error)) }
        }
    }

    /// Whether an error concerns one item, so that running each item alone may succeed.
    private static func isOnesOwn(_ error: ChatStoreError, among count: Int) -> Bool {
        error.isLockTimeout || count > 1 && !error.isTemporary
    }

    private static func outcome(
        of batch: [Waiting], _ perform: Perform, isPatient: Bool
    ) async -> Result<[Value], ChatStoreError> {
        do {
            return .success(try await perform(batch.map(\.item), isPatient))
        } catch {
            return .failure(error)
        }
    }
}
