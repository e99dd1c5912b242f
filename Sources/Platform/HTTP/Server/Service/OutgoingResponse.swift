import Glibc

/// A response being sent: the pending bytes and the source of the rest.
struct OutgoingResponse {
    /// The outcome of a step.
    enum Step {
        /// There is more to send when the connection can take it.
        case blocked
        /// All available parts of a stream have been sent.
        case taken
        case done
        case failed
    }

    private enum Source {
        case none
        case bytes([UInt8])
        case file(OpenFile, rest: Range<Int>)
    }

    /// Whether the connection must be closed after the response.
    let isLast: Bool
    /// The stream, until it has ended.
    var stream: AsyncStream<[UInt8]>?
    private var pending: [UInt8]
    /// The offset of the first unsent byte in `pending`.
    private var offset = 0
    private var source: Source

    private static let partBytes = 48 << 10
    /// The bytes sent before other connections get their turn.
    private static let turnBytes = 256 << 10

    /// - Parameter mayStay: whether the client may send another request on the connection.
    init(_ response: HTTPResponse, to method: HTTPMethod, mayStay: Bool) {
        let hasBody = method != .head && response.mayHaveBody
        source = .none
        if case .stream(let stream) = response.body {
            // Only the end of the connection marks the end of the response.
            isLast = true
            if hasBody { self.stream = stream }
        } else {
            isLast = !mayStay
        }
        pending = response.head(isLast: isLast)
        guard hasBody else { return }
        switch response.body {
        case .none, .stream: break
        case .bytes(let bytes) where bytes.count <= Self.partBytes: pending += bytes
        case .bytes(let bytes): source = .bytes(bytes)
        case .file(let file, let range): source = .file(file, rest: range)
        }
    }

    /// Whether all available bytes have been sent.
    var isTaken: Bool {
        guard case .none = source else { return false }
        return offset == pending.count
    }

    /// Adds the next part of the stream after the last was sent.
    mutating func append(_ part: [UInt8]) {
        if offset == pending.count {
            pending = part
            offset = 0
        } else {
            pending += part
        }
    }

    /// Sends as much as the system accepts, at most one turn's worth.
    mutating func advance(on descriptor: Int32) -> Step {
        var sent = 0
        while true {
            while offset < pending.count {
                let count = send(descriptor)
                if count < 0 { return errno == EAGAIN || errno == EINTR ? .blocked : .failed }
                offset += count
                sent += count
                if offset < pending.count { return .blocked }
            }
            guard let hasMore = fetch() else { return .failed }
            if !hasMore {
                pending = []
                offset = 0
                return stream == nil ? .done : .taken
            }
            if sent >= Self.turnBytes { return .blocked }
        }
    }

    private func send(_ descriptor: Int32) -> Int {
        pending.withUnsafeBytes { bytes in
            Glibc.send(
                descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset,
                Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
    }

    /// Puts the next part of the body into `pending`.
    ///
    /// - Returns: whether there was a part; nil when it could not be read.
    private mutating func fetch() -> Bool? {
        switch source {
        case .none: return false
        case .bytes(let bytes):
            pending = bytes
            source = .none
        case .file(_, let rest) where rest.isEmpty:
            source = .none
            return false
        case .file(let file, let rest):
            let part = rest.prefix(Self.partBytes)
            guard let bytes = file.bytes(in: part), !bytes.isEmpty else { return nil }
            pending = bytes
            source = .file(file, rest: (rest.lowerBound + bytes.count)..<rest.upperBound)
        }
        offset = 0
        return true
    }
}

extension HTTPResponse {
    /// Whether the response may have a body: 304 and 204 have none by definition.
    var mayHaveBody: Bool { status != 304 && status != 204 }

    /// Returns the status line and the fields in wire format.
    func head(isLast: Bool) -> [UInt8] {
        var text = "HTTP/1.1 \(status) \(HTTPStatus.reason(status))\r\n"
        text += "date: \(HTTPDate.text(time(nil)))\r\n"
        for field in fields.all where field.isSendable {
            text += "\(field.name): \(field.value)\r\n"
        }
        if mayHaveBody, let length = body.length { text += "content-length: \(length)\r\n" }
        text += isLast ? "connection: close\r\n\r\n" : "\r\n"
        return Array(text.utf8)
    }
}
