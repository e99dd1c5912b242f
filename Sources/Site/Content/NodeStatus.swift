/// The status of a node, as recorded in the database. Times are milliseconds since 1970.
public struct NodeStatus: Hashable, Sendable {
    /// The builder of the node.
    public struct Builder: Hashable, Sendable {
        public var generation: Int
        public var holder: String
        public var claimedAt: Int
        /// Whether its connection is open, so that no other builder can claim the node.
        public var isRunning: Bool
        /// The release that it last made live; nil before the first.
        public var release: Int?
        public var releasedAt: Int?
    }

    /// Milliseconds from edit to live for the last changes, at most a hundred.
    public struct Lag: Hashable, Sendable {
        public var count: Int
        public var last: Double
        public var median: Double
        public var worst: Double
    }

    /// A row that waits for a manual build, with all its edits.
    public struct WaitingRow: Hashable, Sendable {
        /// The most rows that are listed; all their edits are counted.
        public static let limit = 20

        /// `page`, `component`, `style_token`, `node_branding` or `frame_block`; a block of a page counts
        /// as its page.
        public var kind: String
        /// `page_key`, `component_key`, `token_key` or `node_id`; the row's id when the row was
        /// deleted, and nil when the whole table was emptied.
        public var key: String?
        /// Edits made with `robbieblocks.auto_deploy` off.
        public var byHand: Int
        /// Other edits, which wait because the row does.
        public var automatic: Int
    }

    /// The database's clock.
    public var now: Int
    /// Nil when the node was never claimed.
    public var builder: Builder?
    /// Changes that go live automatically.
    public var pending: Int
    /// Milliseconds since the oldest of these changes.
    public var oldestPendingAge: Int?
    /// Changes that wait for a manual build, including automatic changes of the same rows.
    public var waiting: Int
    /// The rows of these changes.
    public var waitingRows: [WaitingRow]
    /// The last ten, newest first.
    public var deploys: [RecordedDeploy]
    /// The newest failed deploy, unless one succeeded since: its error is fixed then.
    public var lastFailure: RecordedDeploy?
    /// Nil until a change has gone live.
    public var lag: Lag?
    /// The folder where edits are acknowledged, as `host:/path`; nil before the first release.
    public var home: String?
}
