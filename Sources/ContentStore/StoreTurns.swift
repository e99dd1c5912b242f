import Diagnostics
public import PostgreSQL

/// A few connections that many builders take turns with: a builder that has one may build.
///
/// So the number of nodes bounds neither connections nor builds under way.
public actor StoreTurns {
    private let database: ConnectionTarget
    private let count: Int
    private var idle: [ContentStore] = []
    private var made = 0
    private var waiting: [CheckedContinuation<ContentStore, Never>] = []

    /// - Parameter count: connections at most; each is made when it is needed first.
    public init(on database: ConnectionTarget, count: Int) {
        self.database = database
        self.count = max(1, count)
    }

    /// Waits for a turn; those that wait get it in order.
    ///
    /// - Throws: when the task was cancelled while it waited.
    public func take() async throws(CancellationError) -> ContentStore {
        if let store = idle.popLast() { return store }
        if made < count {
            made += 1
            return ContentStore(of: database)
        }
        let store = await withCheckedContinuation { waiting.append($0) }
        guard !Task.isCancelled else {
            give(store)
            throw CancellationError()
        }
        return store
    }

    /// Ends a turn. The store has no snapshot open.
    public func give(_ store: ContentStore) {
        if waiting.isEmpty {
            idle.append(store)
        } else {
            waiting.removeFirst().resume(returning: store)
        }
    }
}
