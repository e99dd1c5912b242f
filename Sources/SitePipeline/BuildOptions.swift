/// What a build is asked for.
public struct BuildOptions: Sendable {
    public var node: String
    /// The folder that holds a folder for each node.
    public var output: String
    /// Also builds pages and components that are not published yet.
    public var includesDrafts = false
    /// Publishes what can be published, with the last good version of the pages that failed.
    public var keepsGoing = false
    /// Publishes even when no page, or less than half of the pages, are left.
    public var isForced = false
    /// Writes `.gz` and `.br` beside each text file.
    public var compresses = true
    /// Render workers at once.
    public var workers: Int

    public init(node: String, output: String, workers: Int) {
        self.node = node
        self.output = output
        self.workers = workers
    }
}
