import Content
import FoundationEssentials

/// The rows that a few changes concern.
struct ChangedRows {
    var pages: Set<UUID> = []
    var hasComponents = false
    var hasTokens = false
    var hasFrame = false

    /// - Returns: nil when a change may affect anything: a node's own row, or a table that was
    ///   emptied.
    init?(_ changes: [Change]) {
        for change in changes {
            switch (change.entityType, change.entityID) {
            case ("page", let id?): pages.insert(id)
            case ("component", _?): hasComponents = true
            case ("style_token", _?): hasTokens = true
            case ("frame_block", _?): hasFrame = true
            default: return nil
            }
        }
    }
}
