import System

/// Sends requests to other servers, thousands concurrently, from one thread of its own.
///
/// It ignores the environment: no proxy, no netrc, no cookies. It follows no redirects, because a
/// response must not decide where a key is sent.
///
/// ```swift
/// let response = try await WebClient().send(ClientRequest(.get, "http://127.0.0.1:11434/api/tags"))
/// for try await bytes in response.body { … }
/// ```
public final class WebClient: Sendable {
    /// The limits on all requests together and on each response.
    public struct Limits: Hashable, Sendable {
        /// The most running requests; further ones fail at once.
        public var transfers = 4096
        /// The bytes of a body that wait for their reader before receiving is paused.
        public var bufferBytes = 16 << 10
        /// The most bytes of a response head.
        public var headBytes = 32 << 10
        /// The connections kept for further requests to the same server.
        public var idleConnections = 64

        public init() {}
    }

    /// nil when the system had no descriptors or threads left, so that no request can be sent.
    private let engine: TransferEngine?

    public init(limits: Limits = Limits()) {
        engine = (try? EventLoop(name: "rb-web-client")).map { TransferEngine(limits, loop: $0) }
        if let engine { engine.loop.run(for: engine) { $0.start() } }
    }

    /// Fails the running requests with `.unavailable` and ends the thread.
    deinit { if let engine { engine.loop.run(for: engine) { $0.stop() } } }

    /// Sends a request and returns when the response head has arrived.
    ///
    /// Cancellation closes the connection at once.
    public func send(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        guard let engine else {
            throw ClientError(
                .unavailable, "the system has no descriptor left for requests to other servers")
        }
        let transfer = try Transfer(request, engine: engine)
        try engine.begin(transfer)
        let head = try await transfer.head()
        return ClientResponse(
            status: head.status, fields: head.fields, body: ClientBody(transfer, of: self))
    }
}
