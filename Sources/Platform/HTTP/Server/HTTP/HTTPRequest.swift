/// One complete request: its body is within `HTTPServerConfiguration.Limits.bodyBytes`.
public struct HTTPRequest: Hashable, Sendable {
    /// A `name=value` pair of the query, percent-decoded; `value` is empty when there was no `=`.
    public struct QueryItem: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    public var method: HTTPMethod
    /// The path: starts with `/`, percent-decoded once, and without `.`, `..` or empty segments.
    public var path: String
    public var query: [QueryItem]
    /// The fields named by `HTTPServerConfiguration.requestFields`; repeated fields are joined by
    /// commas, cookies by semicolons. `host` is that of an absolute target where there is one.
    public var fields: HTTPFields
    public var body: [UInt8]
    /// The client's IP address: the proxy's where there is one.
    public var peer: String

    public init(
        _ method: HTTPMethod = .get, _ path: String, query: [QueryItem] = [],
        fields: HTTPFields = [:], body: [UInt8] = [], peer: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.fields = fields
        self.body = body
        self.peer = peer
    }
}
