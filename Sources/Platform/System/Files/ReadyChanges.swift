import Synchronization

/// Changes not yet requested, merged into one batch however long that takes.
final class ReadyChanges: Sendable {
    private let changes = Mutex(FileChanges())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init() {
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ batch: FileChanges) {
        guard !batch.isEmpty else { return }
        changes.withLock { $0.merge(batch) }
        signal.yield()
    }

    func finish() { signal.finish() }

    /// Returns the next batch; nil at the end.
    func next() async -> FileChanges? {
        for await _ in signals {
            let batch = changes.withLock { changes in
                defer { changes = FileChanges() }
                return changes
            }
            if !batch.isEmpty { return batch }
        }
        return nil
    }
}
