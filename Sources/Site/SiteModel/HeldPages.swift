public import FoundationEssentials

/// The pages that a site shows as they were last published, whatever their rows say now.
///
/// Together with the rows it determines the place of every page (`PagePlacement`). All of it is
/// recorded with a release, so that a full build, a watcher and a restarted watcher give the same
/// result.
public struct HeldPages: Sendable {
    /// Pages with an edit that waits for a manual build.
    public var waiting: Set<UUID>
    /// Pages that cannot be rendered from their current rows.
    public var failing: Set<UUID>
    /// The pages of the newest release whose rows have changed or been deleted since.
    public var outlines: [UUID: Page]

    public init(
        waiting: Set<UUID> = [], failing: Set<UUID> = [], outlines: [UUID: Page] = [:]
    ) {
        self.waiting = waiting
        self.failing = failing
        self.outlines = outlines
    }
}
