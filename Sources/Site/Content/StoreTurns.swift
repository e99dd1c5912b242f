import Core
public import PostgreSQL

/// A few connections that many builders take turns with: a builder that has one may build.
///
/// So the number of nodes bounds neither connections nor builds under way.
public actor StoreTurns {
    private let database: ConnectionTarget
    private let count: Int
    private var idle: [ContentStore] = []
    private var made = 0
    private var urgent: [CheckedContinuation<ContentStore, Never>] = []
    private var waiting: [CheckedContinuation<ContentStore, Never>] = []

    /// - Parameter count: connections at most; each is made when it is needed first.
    public init(on database: ConnectionTarget, count: Int) {
        self.database = database
        self.count = max(1, count)
    }

    /// Waits for a turn; those that wait get it in order, the urgent ones first.
    ///
    /// - Parameter isUrgent: whether an edit waits for it.
    /// - Throws: when the task was cancelled while it waited.
    public func take(isUrgent: Bool = false) async throws(CancellationError) -> ContentStore {
        if let store = idle.popLast() { return store }
        if made < count {
            made += 1
            return ContentStore(of: database)
        }
        let store = await withCheckedContinuation { continuation in
            if isUrgent { urgent.append(continuation) } else { waiting.append(continuation) }
        }
        guard !Task.isCancelled else {
            give(store)
            throw CancellationError()
        }
        return store
    }

    /// How many builders wait for a turn.
    public var waitingCount: Int { urgent.count + waiting.count }

    /// Ends a turn. The store has no snapshot open.
    public func give(_ store: ContentStore) {
        if !urgent.isEmpty {
            urgent.removeFirst().resume(returning: store)
        } else if !waiting.isEmpty {
            waiting.removeFirst().resume(returning: store)
        } else {
            idle.append(store)
        }
    }
}
