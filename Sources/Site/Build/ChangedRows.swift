import Content
import FoundationEssentials

/// The rows that a few changes concern.
struct ChangedRows: Hashable {
    var pages: Set<UUID> = []
    var hasComponents = false
    var hasTokens = false
    var hasFrame = false

    /// - Returns: nil when a change may affect anything: a node's own row, a table that was emptied,
    ///   or an entry of another program.
    init?(_ changes: some Sequence<ChangeSubject>) {
        for change in changes {
            switch change {
            case .page(let id): pages.insert(id)
            case .component: hasComponents = true
            case .token: hasTokens = true
            case .frameBlock: hasFrame = true
            case .branding, .emptied, .foreign: return nil
            }
        }
    }
}
