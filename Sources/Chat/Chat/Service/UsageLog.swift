import LanguageModels
import Synchronization

/// Records models' usage in the database, one batch per second.
///
/// Usage that cannot be recorded is dropped: the metrics contain it as well.
final class UsageLog: Sendable {
    private static let limit = 5000
    private static let batch = 500

    private let store: ChatStore
    private let waiting = Mutex<[ModelUsageRow]>([])

    init(store: ChatStore) { self.store = store }

    func add(_ attempt: ModelAttempt, node: String) {
        let usage = ModelUsageRow(attempt, node: node)
        waiting.withLock { waiting in
            if waiting.count < Self.limit { waiting.append(usage) }
        }
    }

    /// Records until the task is cancelled, then records the rest once.
    func run() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { await flush() }
        await Task { await flush() }.value
    }

    private func flush() async {
        while true {
            let batch = waiting.withLock { waiting in
                defer { waiting.removeFirst(min(Self.batch, waiting.count)) }
                return Array(waiting.prefix(Self.batch))
            }
            guard !batch.isEmpty, (try? await store.record(batch)) != nil else { return }
        }
    }
}
