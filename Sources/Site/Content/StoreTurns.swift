import Core
public import PostgreSQL

/// A few connections that many builders share in turn: a builder may build while it has one.
///
/// The number of nodes therefore does not determine the number of connections or running builds.
public actor StoreTurns {
    private let database: ConnectionTarget
    private let count: Int
    private var idle: [ContentStore] = []
    private var made = 0
    private var urgent: [CheckedContinuation<ContentStore, Never>] = []
    private var waiting: [CheckedContinuation<ContentStore, Never>] = []

    /// - Parameter count: the most connections; each is opened when first needed.
    public init(on database: ConnectionTarget, count: Int) {
        self.database = database
        self.count = max(1, count)
    }

    /// Waits for a turn; builders get it in order, the urgent ones first.
    ///
    /// - Parameter isUrgent: whether an edit waits for the build.
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

    /// The number of builders that wait for a turn.
    public var waitingCount: Int { urgent.count + waiting.count }

    /// Ends a turn. The store must have no open snapshot.
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
