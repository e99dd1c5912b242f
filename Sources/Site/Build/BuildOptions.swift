/// What a build is asked for.
public struct BuildOptions: Sendable {
    public var node: String
    /// The folder that holds a folder for each node.
    public var output: String
    /// Also builds pages and components that are not published yet, into a folder of their own.
    public var includesDrafts = false
    /// Publishes what can be published, with the last good version of the pages that failed.
    public var keepsGoing = false
    /// Publishes even when no page, or less than half of the pages, are left, plans every page again,
    /// and takes a folder that another database published into.
    public var isForced = false
    /// Makes the folder the node's home, whichever it was before.
    public var takesOver = false
    /// Reports which files show the pages that have errors or warnings, for a preview.
    public var reportsFaultyFiles = false
    /// Writes `.gz` and `.br` beside each text file.
    public var compresses = true
    /// Render workers at once.
    public var workers: Int
    /// Releases that can be rolled back to, the live one included.
    public var keptReleases = 10

    public init(node: String, output: String, workers: Int) {
        self.node = node
        self.output = output
        self.workers = workers
    }
}

/// How much of the database a build looks at.
public enum BuildReach: Sendable, Hashable {
    /// Every row is compared with what the last release was made from; failed pages are tried again,
    /// and edits that wait for a build by hand are published.
    case everything
    /// Every row is compared, as a watcher does when it starts and now and then.
    case reconciliation
    /// Only what the database says has changed, and what time has changed.
    case changes
}
