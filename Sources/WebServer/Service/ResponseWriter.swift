import CWebSockets
import Glibc

/// Sends answers, a chunk each time a connection can take one.
///
/// One buffer serves every connection: libwebsockets copies only what the system would not take, so
/// that a slow reader costs a chunk at most.
final class ResponseWriter {
    private static let headBytes = 16 << 10
    private static let chunkBytes = 48 << 10

    private let limits: HTTPServerConfiguration.Limits
    private let buffer: UnsafeMutableRawBufferPointer

    init(limits: HTTPServerConfiguration.Limits) {
        self.limits = limits
        buffer = .allocate(
            byteCount: robbieblocks_lws_pre + Self.headBytes + Self.chunkBytes, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Sends the next part of what the connection has to send.
    ///
    /// - Returns: 0, or -1 to have the connection closed.
    func advance(_ connection: Connection) -> Int32 {
        guard var outgoing = connection.outgoing, let base = buffer.baseAddress else { return 0 }
        let start = base.advanced(by: robbieblocks_lws_pre)
        let end = base.advanced(by: buffer.count)
        var filled = start
        if !outgoing.isHeadSent {
            guard let head = writeHead(outgoing, connection.wsi, at: start) else { return -1 }
            filled = head
            outgoing.isHeadSent = true
        }
        let room = min(end - filled, outgoing.rest.count)
        if room > 0 {
            let target = UnsafeMutableRawBufferPointer(start: filled, count: room)
            guard let count = fill(target, outgoing), count > 0 else { return -1 }
            outgoing.rest = (outgoing.rest.lowerBound + count)..<outgoing.rest.upperBound
            filled = filled.advanced(by: count)
        }
        let length = filled - start
        let isDone = outgoing.rest.isEmpty && outgoing.stream == nil
        guard length > 0 else { return rest(connection, isDone: isDone) }
        let written = lws_write(
            connection.wsi, start.assumingMemoryBound(to: UInt8.self), length,
            isDone ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP)
        guard written >= length else { return -1 }
        guard isDone else {
            connection.outgoing = outgoing
            lws_set_timeout(
                connection.wsi, PENDING_TIMEOUT_HTTP_CONTENT, Int32(limits.idleSeconds))
            lws_callback_on_writable(connection.wsi)
            return 0
        }
        connection.outgoing = nil
        // libwebsockets sends what it still holds, then closes.
        return -1
    }

    /// All that there is of a stream has been taken: more may come at any time, or none will.
    private func rest(_ connection: Connection, isDone: Bool) -> Int32 {
        if isDone { return -1 }
        connection.outgoing?.queued = []
        lws_set_timeout(connection.wsi, NO_PENDING_TIMEOUT, 0)
        return 0
    }

    /// - Returns: the end of what was written; nil when the head is larger than any may be.
    private func writeHead(
        _ outgoing: Connection.Outgoing, _ wsi: OpaquePointer, at start: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer? {
        let response = outgoing.response
        var position: UnsafeMutablePointer<UInt8>? = start.assumingMemoryBound(to: UInt8.self)
        let end = start.advanced(by: Self.headBytes).assumingMemoryBound(to: UInt8.self)
        func add(_ name: String, _ value: String) -> Bool {
            lws_add_http_header_by_name(
                wsi, name + ":", value, Int32(value.utf8.count), &position, end) == 0
        }
        guard lws_add_http_header_status(wsi, UInt32(response.status), &position, end) == 0,
            add("date", HTTPDate.text(time(nil)))
        else { return nil }
        for field in response.fields.all where field.isSendable {
            guard add(field.name, field.value) else { return nil }
        }
        if response.mayHaveBody, let length = response.body.length {
            guard add("content-length", String(length)) else { return nil }
        }
        guard add("connection", "close"), lws_finalize_http_header(wsi, &position, end) == 0
        else { return nil }
        return position.map { UnsafeMutableRawPointer($0) }
    }

    /// - Returns: the number of bytes copied from the body's next part.
    private func fill(
        _ target: UnsafeMutableRawBufferPointer, _ outgoing: Connection.Outgoing
    ) -> Int? {
        switch outgoing.response.body {
        case .none: return 0
        case .bytes(let bytes):
            target.copyBytes(from: bytes[outgoing.rest.prefix(target.count)])
            return target.count
        case .file(let file, _):
            return file.read(into: target, at: outgoing.rest.lowerBound)
        case .stream:
            target.copyBytes(from: outgoing.queued[outgoing.rest.prefix(target.count)])
            return target.count
        }
    }

    /// Tells a client that there is no connection left for it, as far as it can be told.
    func refuse(_ descriptor: Int32) {
        let text = "Too many connections; try again.\n"
        let head = [
            "HTTP/1.1 503 Service Unavailable", "retry-after: 1", "connection: close",
            "content-type: text/plain; charset=utf-8", "content-length: \(text.utf8.count)", "", "",
        ]
        let bytes = Array((head.joined(separator: "\r\n") + text).utf8)
        send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
    }
}
