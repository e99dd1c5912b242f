import TestSupport
import WebServer

/// Runs a server on a free port for as long as `body` runs, then checks that it ends by itself.
func withServer<Result: Sendable>(
    limits: HTTPServerConfiguration.Limits = .init(),
    webSocket: HTTPServer.WebSocketHandler? = nil,
    handler: @escaping HTTPServer.Handler = { _ in .text(404, "nothing here") },
    _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let server = HTTPServer(
        HTTPServerConfiguration(limits: limits), webSocket: webSocket, handler: handler)
    let (addresses, started) = AsyncStream.makeStream(of: ServerAddress.self)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { started.finish() }
            try await server.run { started.yield($0) }
        }
        var found: ServerAddress?
        for await address in addresses {
            found = address
            break
        }
        guard let found else {
            try await group.waitForAll()
            throw HTTPClient.Failure(description: "the server ended before it listened")
        }
        let result = try await body(HTTPClient(port: found.port))
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// Runs a server for the published folder `root`.
func withSite<Result: Sendable>(
    _ root: String, fields: HTTPFields = [:], _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let site = StaticSite(root: root, fields: fields)
    return try await withServer(handler: { site.respond(to: $0) }, body)
}
