import CCurl
import System

/// Sends requests to other servers, thousands at once, from one thread of its own.
///
/// Nothing is taken from the environment: no proxy, no netrc, no cookies; and no redirect is
/// followed, since an answer must not decide where a key is sent.
///
/// ```swift
/// let response = try await WebClient().send(ClientRequest(.get, "http://127.0.0.1:11434/api/tags"))
/// for try await bytes in response.body { … }
/// ```
public final class WebClient: Sendable {
    /// What all requests together, and the answer to each, may take.
    public struct Limits: Hashable, Sendable {
        /// Requests under way; one more fails at once.
        public var transfers = 4096
        /// Bytes of a body that wait for their reader before the server is held up.
        public var bufferBytes = 16 << 10
        /// Bytes of the head of an answer.
        public var headBytes = 32 << 10
        /// Connections kept for a next request to the same server.
        public var idleConnections = 64

        public init() {}
    }

    private let loop: TransferLoop

    public init(limits: Limits = Limits()) {
        loop = TransferLoop(limits)
        loop.start()
    }

    /// What was not answered fails with `.unavailable`, and the thread ends.
    deinit { loop.stop() }

    /// Sends a request and returns when the head of its answer is there.
    ///
    /// Cancellation closes the connection at once.
    public func send(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        let transfer = try Transfer(request, loop: loop)
        try loop.add(transfer)
        let head = try await transfer.head()
        return ClientResponse(
            status: head.status, fields: head.fields, body: ClientBody(transfer, of: self))
    }
}
