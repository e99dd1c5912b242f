import Content
import FoundationEssentials
import SiteModel

/// The rows of the frame that wait for a build by hand: pages go on with them as they were published.
struct WaitingFrame: Hashable, Sendable {
    var rows: Set<UUID> = []
    /// Whether all of them wait, since the table was emptied.
    var isWhole = false

    var isEmpty: Bool { rows.isEmpty && !isWhole }

    /// The frame that pages have.
    ///
    /// - Parameters:
    ///   - current: as the rows are.
    ///   - published: what the newest release was made with.
    func frame(_ current: [FrameBlock], published: [FrameBlock]) -> [FrameBlock] {
        if isWhole { return published }
        guard !rows.isEmpty else { return current }
        return
            (current.filter { !rows.contains($0.id) }
            + published.filter { rows.contains($0.id) })
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// Takes over which rows of the frame say what components the node has.
    func note(in use: inout ComponentUse, published: [FrameBlock]) {
        guard !isEmpty else { return }
        use.waitingFrame = rows.sorted()
        use.isFrameWhole = isWhole
        let keys = published.filter { isWhole || rows.contains($0.id) }
            .compactMap(\.block.componentKey)
        use.published = Set(use.published + keys).sorted()
    }
}
