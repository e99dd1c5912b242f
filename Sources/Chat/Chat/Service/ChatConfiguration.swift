public import LanguageModels
public import PostgreSQL

/// The configuration of a chat server.
public struct ChatConfiguration: Sendable {
    /// A node, and the name of its site for visitors.
    public struct Site: Hashable, Sendable {
        public var node: String
        public var name: String

        public init(node: String, name: String) {
            self.node = node
            self.name = name
        }
    }

    public var sites: [Site]
    public var database: ConnectionTarget
    /// The folder that contains a folder for each node.
    public var output: String
    public var secrets: ChatSecrets
    public var keys: ModelKeys
    /// The token that permits changes of personality; nil permits none.
    public var adminToken: String?
    /// The keys that permit the use of `/v1`; empty switches it off.
    public var apiKeys: [String] = []
    /// Days after a visitor's last visit for which their conversations are kept; nil keeps them
    /// without limit.
    public var keptDays: Int? = 365
    public var host = "127.0.0.1"
    /// 0 takes a free port, which `run` reports.
    public var port = 8000
    /// A listening socket from the service manager, used in place of `host` and `port`.
    public var handedSocket: Int32?
    public var limits = CeilingLimits()
    /// Connections to the database.
    public var connections = 8
    /// Seconds that answers in progress get to end when the server shuts down.
    public var drainSeconds = 20

    public init(
        sites: [Site], database: ConnectionTarget, output: String, secrets: ChatSecrets,
        keys: ModelKeys = ModelKeys(environment: [:])
    ) {
        self.sites = sites
        self.database = database
        self.output = output
        self.secrets = secrets
        self.keys = keys
    }
}
