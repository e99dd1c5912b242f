/// The options of a build.
public struct BuildOptions: Sendable {
    public var node: String
    /// The folder that holds a folder for each node.
    public var output: String
    /// Also builds unpublished pages and components, into a separate folder.
    public var includesDrafts = false
    /// Publishes the pages without errors, with the last good version of the pages that failed.
    public var keepsGoing = false
    /// Publishes even when no pages, or less than half of the pages, are left, plans every page
    /// again, and accepts a folder that another database published into.
    public var isForced = false
    /// Makes the folder the node's home, wherever the home was before.
    public var takesOver = false
    /// Reports which files show pages with errors or warnings, for a preview.
    public var reportsFaultyFiles = false
    /// Writes `.gz` and `.br` beside each text file.
    public var compresses = true
    /// The number of render workers.
    public var workers: Int
    /// The number of releases available for a rollback, including the live one.
    public var keptReleases = 10

    public init(node: String, output: String, workers: Int) {
        self.node = node
        self.output = output
        self.workers = workers
    }
}

/// How much of the database a build reads.
public enum BuildReach: Sendable, Hashable {
    /// Every row is compared with the sources of the last release; failed pages are tried again,
    /// and edits that wait for a manual build are published.
    case everything
    /// Every row is compared, as a watcher does when it starts and at intervals.
    case reconciliation
    /// Only changes that the database reports, and changes due to time.
    case changes
}
