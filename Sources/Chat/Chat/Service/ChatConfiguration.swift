public import LanguageModels
public import PostgreSQL

/// What a chat server serves, where, and with what.
public struct ChatConfiguration: Sendable {
    /// A node and what visitors know its site as.
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
    /// The folder that has a folder for each node.
    public var output: String
    public var secrets: ChatSecrets
    public var keys: ModelKeys
    /// What an administrator shows to change a personality; nil when nobody may.
    public var adminToken: String?
    /// What programs show to use `/v1`; none switches it off.
    public var apiKeys: [String] = []
    /// Days after a visitor's last visit that their conversations are kept; nil for as long as the
    /// database is.
    public var keptDays: Int? = 365
    public var host = "127.0.0.1"
    /// 0 takes a free port; `run` tells which.
    public var port = 8000
    /// A socket of the service manager's to answer on, in place of `host` and `port`.
    public var handedSocket: Int32?
    public var limits = CeilingLimits()
    /// Connections to the database.
    public var connections = 8
    /// Seconds for answers to come to their end when the server is told to end.
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
