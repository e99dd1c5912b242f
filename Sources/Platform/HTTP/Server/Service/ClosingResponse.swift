import Glibc

/// Ends connections.
enum ClosingResponse {
    /// Sends `response`, whose body is in memory, as the last response of a connection on which no
    /// response is in progress, as far as the client takes it at once, which it does for a few
    /// hundred bytes.
    static func send(_ response: HTTPResponse, to descriptor: Int32) {
        // Closing with unread input would reset the connection, which could prevent the client from
        // reading the response.
        discardInput(of: descriptor, atMost: 64 << 10)
        var bytes = response.head(isLast: true)
        if case .bytes(let body) = response.body { bytes += body }
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Discards the bytes received.
    ///
    /// - Returns: false when the client has closed its side, or the connection is gone.
    @discardableResult
    static func discardInput(of descriptor: Int32, atMost limit: Int) -> Bool {
        var rest = limit
        return withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { buffer in
            while rest > 0 {
                let count = recv(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
                if count == 0 { return false }
                if count < 0 { return errno == EAGAIN || errno == EINTR }
                rest -= count
            }
            return true
        }
    }

    /// Whether there is unread input.
    static func hasInput(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) > 0
    }

    /// Tells a waiting client to send the body of its request.
    static func askForBody(on descriptor: Int32) {
        let bytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }

    static func endOutput(of descriptor: Int32) { shutdown(descriptor, Int32(SHUT_WR)) }

    static func close(_ descriptor: Int32) { Glibc.close(descriptor) }
}
