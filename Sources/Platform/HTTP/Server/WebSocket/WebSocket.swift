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
/// Buffers are limited in both directions: messages are read from the network only as the handler
/// takes them, and `send` waits for a peer that does not read. A silent peer is pinged, and
/// disconnected when it does not answer.
public struct WebSocket: Sendable {
    /// The peer's messages, each complete. Ends with the connection, or when the server is about to
    /// end; may be iterated once, by one task.
    public let messages: AsyncStream<String>

    private let connections: ServerConnections
    private let number: UInt64

    init(_ number: UInt64, of connections: ServerConnections) {
        self.number = number
        self.connections = connections
        messages = AsyncStream { await connections.nextMessage(of: number) }
    }

    /// Sends one message, and returns when it is queued: at once, or, while the peer has
    /// `HTTPServerConfiguration.Limits.webSocketBacklogBytes` still to take, as soon as there is
    /// room.
    ///
    /// - Throws: when the connection has ended, or ends before there is room.
    public func send(_ text: String) async throws(WebSocketClosed) {
        guard await connections.send(WebSocketFrames.text(text), to: number) else {
            throw WebSocketClosed()
        }
    }

    /// Closes the connection after the earlier messages. Does nothing when it has already ended.
    ///
    /// Returns when the code is set: a handler that ends next would otherwise close with 1000.
    ///
    /// - Parameters:
    ///   - code: a code of RFC 6455, such as 1000 for a normal end or 1008 for a policy violation,
    ///     or an application's own from 4000 on; a code that may not be sent becomes 1000.
    ///   - reason: text for the peer's developers; cut to 123 bytes of UTF-8.
    public func close(_ code: Int = 1000, _ reason: String = "") async {
        await connections.close(number, code: code, reason: reason)
    }
}

/// The connection of a `WebSocket` has ended, so nothing more can be sent.
public struct WebSocketClosed: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String { "the WebSocket's connection has ended" }
}
