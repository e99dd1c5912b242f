/// One request to another server.
public struct ClientRequest: Sendable {
    public enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
    }

    public var method: Method
    /// An `http` or `https` URL without a user name; any other is rejected.
    public var url: String
    /// The header fields, sent unchanged and never shown in an error, because they may hold a key.
    public var fields: [ClientField]
    /// The body, sent only with POST.
    public var body: [UInt8]
    /// Milliseconds to connect, including name look-up and TLS.
    public var connectTimeout = 5000
    /// Milliseconds until the response head arrives, counted from the call.
    public var headTimeout = 30_000
    /// Milliseconds that a reader waits for more of the body, unless it gives a deadline.
    public var stallTimeout = 30_000
    /// Milliseconds for the complete transfer, counted from the call.
    public var totalTimeout = 120_000
    /// The most bytes of the response body; a longer one is an error.
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

/// A header field of a request or a response.
public struct ClientField: Hashable, Sendable {
    /// The name; in lower case in a response.
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
