import Core

/// The handlers of some paths of a server that also serves others.
///
/// ```swift
/// let server = HTTPServer(configuration, service: chat) { site.respond(to: $0) }
/// ```
public struct HTTPService: Sendable {
    /// The paths: `/api/` covers everything below it, `/ws` only that path.
    public let paths: [String]
    /// The request fields that its handlers read, beside the usual fields.
    public let requestFields: Set<String>
    public let webSocket: HTTPServer.WebSocketHandler
    public let handler: HTTPServer.Handler

    public init(
        paths: [String], requestFields: Set<String> = [],
        webSocket: @escaping HTTPServer.WebSocketHandler, handler: @escaping HTTPServer.Handler
    ) {
        self.paths = paths
        self.requestFields = requestFields
        self.webSocket = webSocket
        self.handler = handler
    }

    /// Whether the service answers requests for `path`.
    public func owns(_ path: String) -> Bool {
        paths.contains { $0.hasUTF8Suffix("/") ? path.hasUTF8Prefix($0) : path == $0 }
    }
}

extension HTTPServer {
    /// Makes a server that answers with `service` for its paths, and with `handler` for all others.
    public init(
        _ configuration: HTTPServerConfiguration, service: HTTPService, handler: @escaping Handler
    ) {
        var configuration = configuration
        configuration.requestFields.formUnion(service.requestFields)
        self.init(
            configuration,
            webSocket: { request in
                service.owns(request.path)
                    ? await service.webSocket(request)
                    : .refuse(.text(404, "There is no WebSocket at this path."))
            },
            handler: { request in
                service.owns(request.path)
                    ? await service.handler(request) : await handler(request)
            })
    }
}
