public import FoundationEssentials

/// Rows with an edit that waits for a manual build.
///
/// Such a row waits as a whole: only its newest version can be read, so no later edit of the same
/// row can be published without the waiting one. A block counts as its page.
public struct WaitingRows: Hashable, Sendable {
    private var subjects: Set<ChangeSubject> = []

    public init(_ subjects: some Sequence<ChangeSubject> = []) {
        self.subjects = Set(subjects)
    }

    public var isEmpty: Bool { subjects.isEmpty }

    /// Whether every row of a table waits, because it was emptied.
    public func isWhole(_ table: ContentTable) -> Bool { subjects.contains(.emptied(table)) }

    /// The waiting pages; without those of an emptied table, which all wait.
    public var pages: Set<UUID> { ids(in: .pages) }

    /// The waiting rows of the frame; without those of an emptied table, which all wait.
    public var frameBlocks: Set<UUID> { ids(in: .frame) }

    private func ids(in table: ContentTable) -> Set<UUID> {
        Set(subjects.lazy.filter { $0.table == table }.compactMap(\.rowID))
    }

    /// Returns a copy without rows of some tables.
    public func without(_ tables: Set<ContentTable>) -> WaitingRows {
        WaitingRows(subjects.filter { !($0.table.map(tables.contains) ?? false) })
    }

    /// Whether the changed row waits, and the change with it.
    public func hold(_ change: Change) -> Bool {
        if !change.autoDeploys || subjects.contains(change.subject) { return true }
        switch change.subject {
        case .foreign(let name, _): return subjects.contains(.foreign(name, nil))
        case .page, .component, .token, .branding, .frameBlock, .emptied:
            return change.subject.table.map(isWhole) ?? false
        }
    }
}
