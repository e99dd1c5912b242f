/// The body of a response, for one reader.
///
/// It is received while it is read: unread data is held back on the server, not in this process's
/// memory. The connection is closed when the last copy of this value is destroyed.
public struct ClientBody: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = ClientError

    private let reading: Reading

    init(_ transfer: Transfer, of client: WebClient) {
        reading = Reading(transfer, client)
    }

    /// Returns the bytes received since the last call, or waits for more; nil at the end.
    ///
    /// - Parameter deadline: a time by `monotonicMilliseconds`; nil is the request's `stallTimeout`
    ///   from now. When it passes, or the task is cancelled, the connection is closed.
    public func next(before deadline: Int? = nil) async throws(ClientError) -> [UInt8]? {
        try await reading.transfer.nextBytes(before: deadline)
    }

    /// Reads like `next`, but into a reusable array, whose content is replaced.
    ///
    /// - Returns: false at the end.
    public func read(
        into bytes: inout [UInt8], before deadline: Int? = nil
    ) async throws(ClientError) -> Bool {
        try await reading.transfer.read(into: &bytes, before: deadline)
    }

    /// Returns the complete body.
    public func collect() async throws(ClientError) -> [UInt8] {
        var all: [UInt8] = []
        while let bytes = try await next() { all += bytes }
        return all
    }

    /// Gives up the rest of a short body without reading it: when it arrives soon, the connection
    /// is kept for the next request.
    public func release() { reading.transfer.release() }

    /// Closes the connection, unless the body has ended.
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

    /// Ends the transfer with its last reader, and keeps the client alive until then.
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
