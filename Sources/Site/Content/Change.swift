public import FoundationEssentials

/// A committed edit: a row of `robbieblocks_change_triggers`.
public struct Change: Hashable, Sendable {
    public var id: UUID
    /// `page_update`, `block_insert`, `style_change`, …
    public var triggerType: String
    /// `page`, `component`, `style_token`, `node_branding` or `frame_block`; a block of a page counts
    /// as its page.
    public var entityType: String
    /// Nil when a whole table was emptied.
    public var entityID: UUID?
    /// When the statement ran, in milliseconds since 1970.
    public var createdAt: Int
    /// False when the change waits for a manual build.
    public var autoDeploys: Bool

    public init(
        id: UUID, triggerType: String, entityType: String, entityID: UUID?, createdAt: Int,
        autoDeploys: Bool
    ) {
        self.id = id
        self.triggerType = triggerType
        self.entityType = entityType
        self.entityID = entityID
        self.createdAt = createdAt
        self.autoDeploys = autoDeploys
    }
}

/// Changes that a node has not acknowledged yet.
public struct PendingChanges: Hashable, Sendable {
    /// First the changes that deploy automatically; each kind with the oldest first.
    public var changes: [Change]
    /// False when there are more changes than requested.
    public var isComplete: Bool
    /// All rows that wait for a manual build, whether their changes were read or not.
    public var waiting = WaitingRows()

    public init(changes: [Change], isComplete: Bool) {
        self.changes = changes
        self.isComplete = isComplete
    }
}
