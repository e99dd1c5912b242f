public import FoundationEssentials

/// Rows with an edit that waits for a build by hand.
///
/// Such a row waits as a whole: there is only the newest version of it to read, so that no later edit
/// of the same row can be published without it. A block counts as its page.
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

    /// Whether every row of a kind waits, since the table was emptied.
    public func isWhole(_ entityType: String) -> Bool { tables.contains(entityType) }

    public func ids(of entityType: String) -> Set<UUID> { rows[entityType] ?? [] }

    /// The same without rows of some kinds.
    public func without(_ entityTypes: Set<String>) -> WaitingRows {
        var others = self
        others.rows = rows.filter { !entityTypes.contains($0.key) }
        others.tables = tables.subtracting(entityTypes)
        return others
    }

    /// Whether the row that was changed waits, so that the change does too.
    public func hold(_ change: Change) -> Bool {
        if !change.autoDeploys || tables.contains(change.entityType) { return true }
        return change.entityID.map { ids(of: change.entityType).contains($0) } ?? false
    }
}

/// Which pages, and which rows of the frame, say what components a node has.
public struct ComponentUse: Sendable {
    /// Pages whose blocks do not count, since they wait for a build by hand.
    public var waiting: [UUID] = []
    /// Whether no page's blocks count.
    public var isWhole = false
    /// Components that count all the same, since those pages were published with them.
    public var published: [String] = []
    /// Rows of the frame that do not count, since they wait for a build by hand.
    public var waitingFrame: [UUID] = []
    /// Whether no row of the frame counts.
    public var isFrameWhole = false

    public init() {}
}
