import Core

extension HTTPRequest {
    /// Whether the request was sent to this machine by one of its own names for itself; the port may be
    /// that of a tunnel.
    ///
    /// A page of somewhere else can make a browser send requests to a server on this machine. Its own
    /// name may even lead here (DNS rebinding), but then it is the name in `host`.
    public var isForThisMachine: Bool {
        guard let host = fields["host"] else { return false }
        var name = host[...]
        if let colon = host.lastUTF8Index(of: ":"), !host.hasUTF8Suffix("]") {
            guard host.utf8[colon...].dropFirst().allSatisfy({ (0x30...0x39).contains($0) }) else {
                return false
            }
            name = host[..<colon]
        }
        let own = name.lowercased()
        return ["127.0.0.1", "localhost", "[::1]"].contains { own.isUTF8Equal(to: $0) }
    }
}

extension HTTPResponse {
    /// What a request under another name than this machine's own is answered.
    public static let forAnotherMachine = HTTPResponse.text(
        421, "This server is for this machine: open it as 127.0.0.1 or localhost.")
}

extension HTTPServer {
    /// A handler that answers only what `HTTPRequest.isForThisMachine`.
    public static func forThisMachine(_ handler: @escaping Handler) -> Handler {
        { request in request.isForThisMachine ? await handler(request) : .forAnotherMachine }
    }
}

extension HTTPService {
    /// The service for requests that are for this machine; others are refused.
    public var forThisMachine: HTTPService {
        let open = webSocket
        return HTTPService(
            paths: paths, requestFields: requestFields,
            webSocket: { request in
                request.isForThisMachine
                    ? await open(request) : .refuse(.forAnotherMachine)
            },
            handler: HTTPServer.forThisMachine(handler))
    }
}
