import Content
import FoundationEssentials
import SiteModel

/// The rows of the frame that wait for a manual build: pages keep using their published versions.
struct WaitingFrame: Hashable, Sendable {
    var rows: Set<UUID> = []
    /// Whether all of them wait, because the table was emptied.
    var isWhole = false

    var isEmpty: Bool { rows.isEmpty && !isWhole }

    /// Returns the frame that pages use.
    ///
    /// - Parameters:
    ///   - current: the current rows.
    ///   - published: the frame of the newest release.
    func frame(_ current: [FrameBlock], published: [FrameBlock]) -> [FrameBlock] {
        if isWhole { return published }
        guard !rows.isEmpty else { return current }
        return
            (current.filter { !rows.contains($0.id) }
            + published.filter { rows.contains($0.id) })
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    /// Records which rows of the frame determine the components of the node.
    func note(in use: inout ComponentUse, published: [FrameBlock]) {
        guard !isEmpty else { return }
        use.waitingFrame = rows.sorted()
        use.isFrameWhole = isWhole
        let keys = published.filter { isWhole || rows.contains($0.id) }
            .compactMap(\.block.componentKey)
        use.published = Set(use.published + keys).sorted()
    }
}
