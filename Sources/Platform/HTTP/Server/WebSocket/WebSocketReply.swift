/// The decision on a request to open a WebSocket.
public enum WebSocketReply: Sendable {
    /// Answer like any other request.
    case refuse(HTTPResponse)
    /// Open the socket, with `fields` in the handshake's response.
    ///
    /// The closure runs on the server's thread up to its first suspension, as handlers do. When it
    /// returns, the connection is closed with code 1000; when the connection ends, or the server does
    /// after draining, its task is cancelled.
    case accept(fields: HTTPFields = [:], @Sendable (WebSocket) async -> Void)
}
