public import FoundationEssentials

/// A committed edit: a row of `robbieblocks_change_triggers`.
public struct Change: Hashable, Sendable {
    public var id: UUID
    /// What was edited.
    public var subject: ChangeSubject
    /// `page_update`, `block_insert`, `style_change`, …, for reports only.
    public var triggerType: String
    /// When the statement ran, in milliseconds since 1970.
    public var createdAt: Int
    /// False when the change waits for a manual build.
    public var autoDeploys: Bool

    public init(
        id: UUID, subject: ChangeSubject, triggerType: String, createdAt: Int, autoDeploys: Bool
    ) {
        self.id = id
        self.subject = subject
        self.triggerType = triggerType
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
