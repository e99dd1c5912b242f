public import FoundationEssentials

/// Rows with an edit that waits for a manual build.
///
/// Such a row waits as a whole: only its newest version can be read, so no later edit of the same
/// row can be published without the waiting one. A block counts as its page.
public struct WaitingRows: Hashable, Sendable {
    private var rows: [String: Set<UUID>] = [:]
    private var tables: Set<String> = []

    public init() {}

    /// - Parameter id: nil when a whole table was emptied.
    mutating func insert(_ entityType: String, _ id: UUID?) {
        if let id {
            rows[entityType, default: []].insert(id)
        } else {
            tables.insert(entityType)
        }
    }

    public var isEmpty: Bool { rows.isEmpty && tables.isEmpty }

    /// Whether every row of a kind waits, because the table was emptied.
    public func isWhole(_ entityType: String) -> Bool { tables.contains(entityType) }

    public func ids(of entityType: String) -> Set<UUID> { rows[entityType] ?? [] }

    /// Returns a copy without rows of some kinds.
    public func without(_ entityTypes: Set<String>) -> WaitingRows {
        var others = self
        others.rows = rows.filter { !entityTypes.contains($0.key) }
        others.tables = tables.subtracting(entityTypes)
        return others
    }

    /// Whether the changed row waits, and the change with it.
    public func hold(_ change: Change) -> Bool {
        if !change.autoDeploys || tables.contains(change.entityType) { return true }
        return change.entityID.map { ids(of: change.entityType).contains($0) } ?? false
    }
}

/// Which pages and which rows of the frame determine the components of a node.
public struct ComponentUse: Sendable {
    /// Pages whose blocks do not count, because they wait for a manual build.
    public var waiting: [UUID] = []
    /// Whether no page's blocks count.
    public var isWhole = false
    /// Components that still count, because those pages were published with them.
    public var published: [String] = []
    /// Rows of the frame that do not count, because they wait for a manual build.
    public var waitingFrame: [UUID] = []
    /// Whether no row of the frame counts.
    public var isFrameWhole = false

    public init() {}
}
