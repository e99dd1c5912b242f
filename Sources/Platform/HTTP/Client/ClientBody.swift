/// The body of an answer, for one reader.
///
/// It is received while it is read: what a slow reader has not taken holds the server up, not this
/// process's memory. The connection is closed when the last copy of this value goes away.
public struct ClientBody: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = ClientError

    private let reading: Reading

    init(_ transfer: Transfer, of client: WebClient) {
        reading = Reading(transfer, client)
    }

    /// What came since the last call, or the next that comes; nil at the end.
    ///
    /// - Parameter deadline: by `monotonicMilliseconds`; nil is the request's `stallTimeout` from
    ///   now. When it passes, or the task is cancelled, the connection is closed.
    public func next(before deadline: Int? = nil) async throws(ClientError) -> [UInt8]? {
        try await reading.transfer.nextBytes(before: deadline)
    }

    /// As `next`, into an array that is used again: what was in it is lost.
    ///
    /// - Returns: false at the end.
    public func read(
        into bytes: inout [UInt8], before deadline: Int? = nil
    ) async throws(ClientError) -> Bool {
        try await reading.transfer.read(into: &bytes, before: deadline)
    }

    /// The whole body.
    public func collect() async throws(ClientError) -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try await next() { all += bytes }
        return all
    }

    /// Says that the rest, which is short, is not read: when it comes soon, the connection is kept for
    /// the next request.
    public func release() { reading.transfer.release() }

    /// Closes the connection, unless the body is at its end.
    public func cancel() { reading.transfer.cancel() }

    public func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    public struct Iterator: AsyncIteratorProtocol {
        let body: ClientBody

        public mutating func next() async throws(ClientError) -> [UInt8]? {
            try await body.next()
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(ClientError) -> [UInt8]? {
            try await body.next()
        }
    }

    /// Ends the transfer with its last reader, and keeps the client as long.
    private final class Reading: Sendable {
        let transfer: Transfer
        private let client: WebClient

        init(_ transfer: Transfer, _ client: WebClient) {
            self.transfer = transfer
            self.client = client
        }

        deinit { transfer.abandon() }
    }
}
