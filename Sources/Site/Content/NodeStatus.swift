/// How a node stands, as the database knows it from any machine. Times are milliseconds since 1970.
public struct NodeStatus: Hashable, Sendable {
    /// Who builds the node.
    public struct Builder: Hashable, Sendable {
        public var generation: Int
        public var holder: String
        public var claimedAt: Int
        /// Whether its connection stands, so that no other builder can claim the node.
        public var isRunning: Bool
        /// What it last made live; nil before the first.
        public var release: Int?
        public var releasedAt: Int?
    }

    /// Milliseconds from edit to live of the last changes, a hundred at most.
    public struct Lag: Hashable, Sendable {
        public var count: Int
        public var last: Double
        public var median: Double
        public var worst: Double
    }

    /// A row that waits for a build by hand, with every edit of it.
    public struct WaitingRow: Hashable, Sendable {
        /// Rows that are told at most; all their edits are counted.
        public static let limit = 20

        /// `page`, `component`, `style_token`, `node_branding` or `frame_block`; a block of a page counts
        /// as its page.
        public var kind: String
        /// `page_key`, `component_key`, `token_key` or `node_id`; the row's id when it is gone, and nil
        /// when the whole table was emptied.
        public var key: String?
        /// Edits that were made with `robbieblocks.auto_deploy` off.
        public var byHand: Int
        /// Edits that wait since the row does.
        public var automatic: Int
    }

    /// The database's clock.
    public var now: Int
    /// nil when the node was never claimed.
    public var builder: Builder?
    /// Changes that will be live by themselves.
    public var pending: Int
    /// Milliseconds since the oldest of them was made.
    public var oldestPendingAge: Int?
    /// Changes that wait for a build by hand, those of the same rows included that would not by
    /// themselves.
    public var waiting: Int
    /// The rows that they are of.
    public var waitingRows: [WaitingRow]
    /// The last ten, newest first.
    public var deploys: [RecordedDeploy]
    /// The newest that failed, unless one succeeded since: what was wrong then is fixed.
    public var lastFailure: RecordedDeploy?
    /// nil while no change was made live.
    public var lag: Lag?
    /// The folder where edits are acknowledged, as `host:/path`; nil before the first release.
    public var home: String?
}
