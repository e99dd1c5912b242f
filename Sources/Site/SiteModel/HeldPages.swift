public import FoundationEssentials

/// The pages that a site shows as they were published last, whatever their rows say now.
///
/// Together with the rows it decides where every page stands (`PagePlacement`). All of it is remembered
/// with a release, so that a build from nothing, a watcher, and one that was started again decide alike.
public struct HeldPages: Sendable {
    /// Pages with an edit that waits for a build by hand.
    public var waiting: Set<UUID>
    /// Pages that cannot be rendered as their rows are.
    public var failing: Set<UUID>
    /// What the newest release has of pages whose rows are others by now, or gone.
    public var outlines: [UUID: Page]

    public init(
        waiting: Set<UUID> = [], failing: Set<UUID> = [], outlines: [UUID: Page] = [:]
    ) {
        self.waiting = waiting
        self.failing = failing
        self.outlines = outlines
    }
}
