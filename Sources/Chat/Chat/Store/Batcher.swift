import FoundationEssentials
import PostgreSQL
import Synchronization

/// What a batch has several of.
protocol BatchItem: Sendable {
    /// Whose rows it is about.
    var owner: UUID { get }
    /// Of its texts, roughly.
    var bytes: Int { get }
}

/// Does in one transaction what several tasks ask for at about the same time.
///
/// Whoever comes while nothing is under way is served alone and at once; those who come meanwhile are
/// the next batch. So nobody waits for company, and the busier it is, the less each of them costs.
///
/// A batch does not wait long for rows that somebody else holds, such as an admin's open transaction:
/// its items are then done one by one, each with its own patience, and the next batch does not wait for
/// them.
///
/// A batch has one item of each owner, in the order of their ids: two batches that need rows of the
/// same owners come to them in the same order, so that one may wait for the other, but never both.
final class Batcher<Item: BatchItem, Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, ChatStoreError>
    /// Does what the items ask for; throws `isLockTimeout` rather than waiting long for a lock, unless it
    /// is patient.
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
    /// Items that may wait.
    private static var mostWaiting: Int { 4096 }

    private let state = Mutex(State())

    /// How many wait for a batch.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Does what this item asks for.
    ///
    /// A task that is cancelled waits no longer unless its batch is under way.
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
                    PostgresError(.overloaded, "\(Self.mostWaiting) of them wait to be stored"))
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

    /// Begins the next batch if there is something to do and none is under way.
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
            // One of them is at fault, and the others have a right to be served.
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

    /// Whether an error is about one item, and another try of each alone may end otherwise.
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
