public import FoundationEssentials

/// One build of a node, as recorded in `robbieblocks_deploys`.
public struct Deploy: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable {
        case pending, building, deploying, success, failed
    }

    public var node: String
    public var status: Status
    /// Nil when nothing was published.
    public var release: Int?
    /// SHA-256 of the release, in hexadecimal; empty when there is none.
    public var buildHash: String
    public var pages: Int
    public var components: Int
    public var buildMilliseconds: Int
    public var deployMilliseconds: Int
    /// The error, in one line.
    public var error: String?
    /// The diagnostics, one after the other.
    public var log: String?
    /// `page_change`, `component_update`, `manual`, `schedule`, …
    public var triggeredBy: String

    public init(
        node: String, status: Status, release: Int? = nil, buildHash: String = "", pages: Int = 0,
        components: Int = 0, buildMilliseconds: Int = 0, deployMilliseconds: Int = 0,
        error: String? = nil, log: String? = nil, triggeredBy: String
    ) {
        self.node = node
        self.status = status
        self.release = release
        self.buildHash = buildHash
        self.pages = pages
        self.components = components
        self.buildMilliseconds = buildMilliseconds
        self.deployMilliseconds = deployMilliseconds
        self.error = error
        self.log = log
        self.triggeredBy = triggeredBy
    }
}

/// A deploy with the times recorded by the database, in milliseconds since 1970.
public struct RecordedDeploy: Hashable, Sendable {
    public var id: UUID
    public var deploy: Deploy
    public var startedAt: Int
    public var completedAt: Int?
}
