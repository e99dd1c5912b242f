public import Core

/// An HTTP/1.1 and WebSocket server on one thread.
///
/// ```swift
/// let site = StaticSite(root: "site-output/testpilot/current", fields: securityFields)
/// let server = HTTPServer { request in site.respond(to: request) }
/// try await server.run { address in print("serving \(address)") }
/// ```
///
/// Handlers run on the server's thread, one at a time up to their first suspension: an answer from
/// memory or an open file costs no hop. A handler with slow work marks that work `@concurrent`, or
/// calls an actor, and the server serves others meanwhile.
public struct HTTPServer: Sendable {
    /// Answers one request. It is cancelled when its client goes away or the server ends.
    public typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

    /// Decides on one request to open a WebSocket. It has the time, and the task, of a handler.
    public typealias WebSocketHandler = @Sendable (HTTPRequest) async -> WebSocketReply

    public let configuration: HTTPServerConfiguration
    private let webSocket: WebSocketHandler?
    private let handler: Handler

    /// - Parameter webSocket: nil for a server that refuses to speak any other protocol, with 501.
    public init(
        _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
        webSocket: WebSocketHandler? = nil, handler: @escaping Handler
    ) {
        self.configuration = configuration
        self.webSocket = webSocket
        self.handler = handler
    }

    /// Serves until the task is cancelled, then returns with every connection closed and the port free.
    ///
    /// Between the two, for up to `Limits.drainSeconds`, new connections are turned away, what is under
    /// way is finished, and no WebSocket gets another message; what is left then is cancelled. Every
    /// handler has ended by then, unless it does not heed its cancellation for
    /// `Limits.cancellationSeconds`.
    ///
    /// - Parameter onListening: told, once and on the server's thread, where clients may connect.
    /// - Throws: `.addressInUse` when another process has the port, `.usage` for a host or port that
    ///   cannot be listened on, `.fileSystem` when the system lacks the resources.
    public func run(
        onListening: @escaping @Sendable (ServerAddress) -> Void = { _ in }
    ) async throws(Diagnostic) {
        let endpoint = try Endpoint(configuration)
        let loop = ServiceLoop(
            configuration, endpoint: endpoint, webSocket: webSocket, handler: handler)
        let outcome: Result<Void, Diagnostic> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do {
                    try loop.thread.start {
                        continuation.resume(returning: loop.serve(onListening: onListening))
                    }
                } catch {
                    continuation.resume(
                        returning: .failure(
                            Diagnostic(
                                .fileSystem, "the server could not start its thread",
                                hint: "raise the limit on processes (ulimit -u)")))
                }
            }
        } onCancel: {
            loop.thread.stop()
        }
        try outcome.get()
    }
}
