/// One request to another server.
public struct ClientRequest: Sendable {
    public enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
    }

    public var method: Method
    /// `http` or `https`, without a user name; anything else is refused.
    public var url: String
    /// Sent as they are, and never shown in an error: a key may stand here.
    public var fields: [ClientField]
    /// Sent with POST only.
    public var body: [UInt8]
    /// Milliseconds until there is a connection, TLS and the look-up of the name included.
    public var connectTimeout = 5000
    /// Milliseconds until the head of the answer is there, counted from the call.
    public var headTimeout = 30_000
    /// Milliseconds a reader waits for more of the body, unless it names a time of its own.
    public var stallTimeout = 30_000
    /// Milliseconds for all of it, counted from the call.
    public var totalTimeout = 120_000
    /// Bytes of the answer's body, after which it ends with an error.
    public var bodyLimit = 16 << 20

    public init(
        _ method: Method, _ url: String, fields: [ClientField] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}

/// A field of a request's or an answer's head.
public struct ClientField: Hashable, Sendable {
    /// In an answer, in lower case.
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
