import HTTP
import TestSupport

/// Runs a server on a free port for as long as `body` runs, then checks that it ends by itself.
func withServer<Result: Sendable>(
    limits: HTTPServerConfiguration.Limits = .init(),
    webSocket: HTTPServer.WebSocketHandler? = nil,
    handler: @escaping HTTPServer.Handler = { _ in .text(404, "nothing here") },
    _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let server = HTTPServer(
        HTTPServerConfiguration(limits: limits), webSocket: webSocket, handler: handler)
    return try await whileServing {
        try await server.run(onListening: $0)
    } perform: { (address: ServerAddress) in
        try await body(HTTPClient(port: address.port))
    }
}

/// Runs a server for the published folder `root`.
func withSite<Result: Sendable>(
    _ root: String, fields: HTTPFields = [:], _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let site = StaticSite(root: root, fields: fields)
    return try await withServer(handler: { site.respond(to: $0) }, body)
}
