/// One accepted socket, with text messages in both directions.
///
/// ```swift
/// .accept(fields: [:]) { socket in
///     for await message in socket.messages {
///         guard (try? await socket.send(message.uppercased())) != nil else { return }
///     }
/// }
/// ```
///
/// Nothing is held without a limit on either side: messages are read from the network only as the
/// handler takes them, and `send` waits for a peer who does not read. A peer who is silent is pinged,
/// and dropped when no answer comes.
public struct WebSocket: Sendable {
    /// What the peer says, each message whole. Ends with the connection, or when the server is about
    /// to end; one task reads it, once.
    public let messages: AsyncStream<String>

    private let loop: ServiceLoop
    private let number: UInt64

    init(_ number: UInt64, of loop: ServiceLoop) {
        self.number = number
        self.loop = loop
        messages = AsyncStream { await loop.nextMessage(of: number) }
    }

    /// Sends one message, and returns when it is on its way: at once, or, while the peer has
    /// `HTTPServerConfiguration.Limits.webSocketBacklogBytes` still to take, as soon as there is room.
    ///
    /// - Throws: when the connection has ended, or ends before there is room.
    public func send(_ text: String) async throws(WebSocketClosed) {
        guard await loop.send(WebSocketFrames.text(text), to: number) else {
            throw WebSocketClosed()
        }
    }

    /// Ends the connection, after what was sent before. Without effect when it has ended.
    ///
    /// - Parameters:
    ///   - code: of RFC 6455, such as 1000 for a normal end, 1008 for a breach of rules, or one of an
    ///     application's own from 4000 on; another code than may be sent becomes 1000.
    ///   - reason: for the peer's developers; cut to 123 bytes of UTF-8.
    public func close(_ code: Int = 1000, _ reason: String = "") {
        Task { await loop.close(number, code: code, reason: reason) }
    }
}

/// The connection of a `WebSocket` has ended, so that nothing can be sent any more.
public struct WebSocketClosed: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String { "the WebSocket's connection has ended" }
}
