/// Reads the frames of a WebSocket's client (RFC 6455, 5) piece by piece as they arrive, and makes
/// the frames for the client.
struct WebSocketFrames {
    enum Event: Hashable {
        /// A complete text message.
        case message(String)
        case ping([UInt8])
        case pong
        /// The client closes the connection; the code is 1005 when it gives none.
        case close(code: Int)
    }

    /// Why the connection must be closed.
    struct Violation: Error, Hashable {
        let code: Int
        let reason: String
    }

    private struct Frame {
        let opcode: UInt8
        let isFinal: Bool
        let mask: [UInt8]
        var remaining: Int
        var position = 0

        var isControl: Bool { opcode >= 8 }
    }

    private let limit: Int
    private var header: [UInt8] = []
    private var frame: Frame?
    private var message: [UInt8] = []
    private var isWithinMessage = false
    private var control: [UInt8] = []

    /// - Parameter limit: the most bytes of a message.
    init(limit: Int) { self.limit = limit }

    /// Reads the next piece.
    mutating func take(_ piece: [UInt8]) throws(Violation) -> [Event] {
        var events: [Event] = []
        var index = 0
        while true {
            if var current = frame {
                let count = min(current.remaining, piece.count - index)
                take(piece[index..<(index + count)], of: &current)
                index += count
                frame = current
                guard current.remaining == 0 else { return events }
                frame = nil
                if let event = try finish(current) { events.append(event) }
                if case .close = events.last { return events }
            }
            guard index < piece.count else { return events }
            header.append(piece[index])
            index += 1
            frame = try begin()
        }
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, of frame: inout Frame) {
        var position = frame.position
        let unmasked = bytes.map { byte in
            defer { position += 1 }
            return byte ^ frame.mask[position & 3]
        }
        frame.position = position
        frame.remaining -= bytes.count
        if frame.isControl { control += unmasked } else { message += unmasked }
    }

    /// - Returns: the frame that `header` describes; nil when the header is incomplete.
    private mutating func begin() throws(Violation) -> Frame? {
        guard header.count >= 2 else { return nil }
        let lengthBytes = header[1] & 0x7f == 126 ? 2 : header[1] & 0x7f == 127 ? 8 : 0
        guard header[1] & 0x80 != 0 else { throw .protocolError("a frame is not masked") }
        guard header.count == 2 + lengthBytes + 4 else { return nil }
        let opcode = header[0] & 0x0f
        let isFinal = header[0] & 0x80 != 0
        let length =
            lengthBytes == 0
            ? UInt64(header[1] & 0x7f)
            : header[2..<(2 + lengthBytes)].reduce(0) { $0 << 8 | UInt64($1) }
        guard lengthBytes == 0 || length >= (lengthBytes == 2 ? 126 : 65_536) else {
            throw .protocolError("a length is not in its shortest form")
        }
        guard header[0] & 0x70 == 0 else { throw .protocolError("a reserved bit is set") }
        switch opcode {
        case 0 where !isWithinMessage: throw .protocolError("nothing is to be continued")
        case 1 where isWithinMessage: throw .protocolError("a message begins within another")
        case 0, 1: break
        case 2: throw Violation(code: 1003, reason: "only text messages are read here")
        case 8, 9, 10:
            guard isFinal, length <= 125 else {
                throw .protocolError("a control frame is too long")
            }
        default: throw .protocolError("an unknown kind of frame")
        }
        if opcode < 8 {
            guard length <= UInt64(max(0, limit - message.count)) else {
                throw Violation(code: 1009, reason: "a message may have \(limit) bytes")
            }
            isWithinMessage = true
        } else {
            control = []
        }
        defer { header = [] }
        return Frame(
            opcode: opcode, isFinal: isFinal, mask: Array(header.suffix(4)), remaining: Int(length))
    }

    /// Handles a complete frame.
    private mutating func finish(_ frame: Frame) throws(Violation) -> Event? {
        switch frame.opcode {
        case 8: return .close(code: try closeCode())
        case 9: return .ping(control)
        case 10: return .pong
        default:
            guard frame.isFinal else { return nil }
            isWithinMessage = false
            defer { message = [] }
            guard let text = String(validating: message, as: UTF8.self) else {
                throw Violation(code: 1007, reason: "the message is not UTF-8")
            }
            return .message(text)
        }
    }

    private func closeCode() throws(Violation) -> Int {
        if control.isEmpty { return 1005 }
        guard control.count >= 2 else { throw .protocolError("half a code") }
        let code = Int(control[0]) << 8 | Int(control[1])
        guard Self.isSendable(code) else { throw .protocolError("\(code) is not a code to send") }
        guard String(validating: control[2...], as: UTF8.self) != nil else {
            throw Violation(code: 1007, reason: "the reason is not UTF-8")
        }
        return code
    }

    /// Whether an endpoint may send the code (RFC 6455, 7.4).
    static func isSendable(_ code: Int) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

extension WebSocketFrames.Violation {
    fileprivate static func protocolError(_ reason: String) -> Self {
        Self(code: 1002, reason: reason)
    }
}

// Outgoing frames; a server's frames are complete and unmasked.
extension WebSocketFrames {
    static func text(_ text: String) -> [UInt8] { frame(1, text.utf8) }
    static let ping = frame(9, [])
    static func pong(_ payload: [UInt8]) -> [UInt8] { frame(10, payload) }

    /// - Parameter reason: cut to the length that fits.
    static func close(_ code: Int, _ reason: String) -> [UInt8] {
        // 1005 means that there is no code, and is never sent.
        if code == 1005 { return frame(8, []) }
        var reason = reason
        while reason.utf8.count > 123 { reason.removeLast() }
        return frame(8, [UInt8(code >> 8 & 0xff), UInt8(code & 0xff)] + Array(reason.utf8))
    }

    private static func frame(_ opcode: UInt8, _ payload: some Collection<UInt8>) -> [UInt8] {
        let count = payload.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 10)
        bytes.append(0x80 | opcode)
        switch count {
        case ..<126: bytes.append(UInt8(count))
        case ..<65_536: bytes += [126, UInt8(count >> 8), UInt8(count & 0xff)]
        default:
            bytes.append(127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
        }
        bytes += payload
        return bytes
    }
}
