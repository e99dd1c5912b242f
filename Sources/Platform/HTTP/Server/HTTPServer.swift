public import Core
import System

/// An HTTP/1.1 and WebSocket server on one thread.
///
/// ```swift
/// let site = StaticSite(root: "site-output/testpilot/current", fields: securityFields)
/// let server = HTTPServer { request in site.respond(to: request) }
/// try await server.run { address in print("serving \(address)") }
/// ```
///
/// Handlers run on the server's thread, one at a time up to their first suspension, so a response
/// from memory or an open file costs no thread change. A handler marks slow work `@concurrent` or
/// calls an actor, and the server handles other requests meanwhile.
public struct HTTPServer: Sendable {
    /// Answers one request. Its task is cancelled when the client disconnects or the server ends.
    public typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    /// Decides on a request to open a WebSocket. It has the time limit and the task of a handler.
    public typealias WebSocketHandler = @Sendable (HTTPRequest) async -> WebSocketReply

    public let configuration: HTTPServerConfiguration
    private let webSocket: WebSocketHandler?
    private let handler: Handler

    /// - Parameter webSocket: nil for a server that refuses WebSockets with 501.
    public init(
        _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
        webSocket: WebSocketHandler? = nil, handler: @escaping Handler
    ) {
        self.configuration = configuration
        self.webSocket = webSocket
        self.handler = handler
    }

    /// Serves until the task is cancelled; returns after every connection is closed and the port is
    /// free.
    ///
    /// After cancellation, for up to `Limits.drainSeconds`, new connections are refused, running
    /// requests are completed, and WebSockets get no more messages; then the rest is cancelled. By
    /// the return every handler has ended, unless it ignores its cancellation for
    /// `Limits.cancellationSeconds`.
    ///
    /// - Parameter onListening: called once, on the server's thread, with the address for clients.
    /// - Throws: `.addressInUse` when another process has the port, `.usage` for a host or port that
    ///   cannot be listened on, `.fileSystem` when the system lacks the resources.
    public func run(
        onListening: @escaping @Sendable (ServerAddress) -> Void = { _ in }
    ) async throws(Diagnostic) {
        let endpoint = try Endpoint(configuration)
        let loop: EventLoop
        do throws(SystemError) {
            loop = try EventLoop(name: "rb-http", batch: 256)
        } catch {
            throw ServerConnections.cannotStart(error)
        }
        let connections = ServerConnections(
            configuration, endpoint: endpoint, webSocket: webSocket, handler: handler, loop: loop)
        let outcome: Result<Void, Diagnostic> = await withTaskCancellationHandler {
            do throws(Diagnostic) {
                return .success(try await connections.serve(onListening: onListening))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            loop.run(for: connections) { $0.stop() }
        }
        try outcome.get()
    }
}
