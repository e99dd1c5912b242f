import Core

extension HTTPRequest {
    /// Whether the request was addressed to this machine by one of its own names; the port may be
    /// that of a tunnel.
    ///
    /// A page from elsewhere can make a browser send requests to a server on this machine. The
    /// page's host name may even resolve to this machine (DNS rebinding), but then `host` holds
    /// that name.
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
    /// The response to a request addressed to another name than this machine's own.
    public static let forAnotherMachine = HTTPResponse.text(
        421, "This server is for this machine: open it as 127.0.0.1 or localhost.")
}

extension HTTPServer {
    /// Returns a handler that answers only requests with `HTTPRequest.isForThisMachine`.
    public static func forThisMachine(_ handler: @escaping Handler) -> Handler {
        { request in request.isForThisMachine ? await handler(request) : .forAnotherMachine }
    }
}

extension HTTPService {
    /// The service restricted to requests that are for this machine; others are refused.
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
