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

    /// The database's clock.
    public var now: Int
    /// nil when the node was never claimed.
    public var builder: Builder?
    /// Changes that will be live by themselves.
    public var pending: Int
    /// Milliseconds since the oldest of them was made.
    public var oldestPendingAge: Int?
    /// Changes that wait for a manual build.
    public var waiting: Int
    /// The last ten, newest first.
    public var deploys: [RecordedDeploy]
    /// The newest that failed, however long ago.
    public var lastFailure: RecordedDeploy?
    /// nil while no change was made live.
    public var lag: Lag?
}
