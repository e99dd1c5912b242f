import CWebSockets
import Glibc

/// What the server knows about one client connection; belongs to the service loop.
final class Connection {
    let wsi: OpaquePointer
    /// False from the one request on that a connection is there for.
    ///
    /// libwebsockets 4.1 mistakes what it holds of a next request for the body of one before it, or
    /// turns on it for ever; so every answer ends its connection.
    var isFresh = true
    /// Read, or still to receive the rest of its body.
    var request: HTTPRequest?
    /// The task of the handler that is at work, or of the stream that it answered with.
    var handling: Task<Void, Never>?
    var outgoing: Outgoing?
    /// False once libwebsockets has freed `wsi`.
    var isOpen = true

    init(_ wsi: OpaquePointer) { self.wsi = wsi }

    /// Whether the client has closed its side, which libwebsockets does not look for while an
    /// answer is under way.
    var isAbandoned: Bool {
        var byte: UInt8 = 0
        let count = recv(lws_get_socket_fd(wsi), &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return count == 0 || count < 0 && errno != EAGAIN && errno != EINTR
    }
}

extension Connection {
    /// An answer on its way.
    struct Outgoing {
        let response: HTTPResponse
        /// What is left of the body, as offsets in it; of a stream, in `queued`.
        var rest: Range<Int>
        var isHeadSent = false
        /// What came of a stream and was not sent yet.
        var queued: [UInt8] = []
        /// The stream that has not ended yet.
        var stream: AsyncStream<[UInt8]>?

        init(_ response: HTTPResponse, to method: HTTPMethod) {
            self.response = response
            switch response.body {
            case _ where method == .head || !response.mayHaveBody: rest = 0..<0
            case .none: rest = 0..<0
            case .bytes(let bytes): rest = 0..<bytes.count
            case .file(_, let range): rest = range
            case .stream(let stream):
                rest = 0..<0
                self.stream = stream
            }
        }

        /// Adds what came of a stream.
        mutating func append(_ bytes: [UInt8]) {
            if rest.isEmpty {
                queued = bytes
            } else {
                queued.removeSubrange(..<rest.lowerBound)
                queued += bytes
            }
            rest = 0..<queued.count
        }
    }
}

extension HTTPResponse {
    /// 304 and 204 are without a body by definition.
    var mayHaveBody: Bool { status != 304 && status != 204 }
}
