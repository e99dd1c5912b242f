/// The client's end of a WebSocket, which sends exactly the frames it is told to; it blocks, so that it
/// is for `HTTPClient.onThread`.
public final class WebSocketPeer {
    public struct Frame: Hashable, Sendable {
        public var opcode: UInt8
        public var payload: [UInt8]
        public var isFinal = true

        public init(opcode: UInt8, payload: [UInt8], isFinal: Bool = true) {
            self.opcode = opcode
            self.payload = payload
            self.isFinal = isFinal
        }

        public static func text(_ text: String) -> Frame {
            Frame(opcode: 1, payload: Array(text.utf8))
        }
        public static func ping(_ text: String) -> Frame {
            Frame(opcode: 9, payload: Array(text.utf8))
        }
        public static func pong(_ payload: [UInt8]) -> Frame { Frame(opcode: 10, payload: payload) }

        public var text: String { String(decoding: payload, as: UTF8.self) }
        /// The code of a close frame.
        public var code: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
    }

    /// The answer to the request, 101 when the socket is open.
    public let answer: HTTPAnswer
    private let connection: HTTPConnection
    private var received: [UInt8] = []

    /// - Parameters:
    ///   - ahead: frames that are sent without waiting for the answer.
    ///   - sendBuffer: bytes that the system holds of what was sent, instead of up to megabytes.
    public init(
        to client: HTTPClient, _ target: String = "/ws", headers: [String: String] = [:],
        ahead: [Frame] = [], sendBuffer: Int32? = nil
    ) throws {
        connection = try HTTPConnection(to: client, sendBuffer: sendBuffer)
        let handshake = [
            "connection": "Upgrade", "upgrade": "websocket", "sec-websocket-version": "13",
            "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        ]
        try connection.write(
            HTTPClient.request(
                "GET", target, headers: handshake.merging(headers) { $1 })
                + ahead.flatMap(Self.bytes))
        // No body follows the answer 101, whatever comes next.
        answer = try connection.readHead()
    }

    public func send(_ frame: Frame) throws { try connection.write(Self.bytes(frame)) }
    public func send(_ text: String) throws { try send(.text(text)) }
    public func write(_ bytes: [UInt8]) throws { try connection.write(bytes) }

    /// The next frame; nil when the connection has ended.
    public func receive() throws -> Frame? {
        guard let head = try take(2) else { return nil }
        var length = Int(head[1] & 0x7f)
        if length >= 126 {
            guard let more = try take(length == 126 ? 2 : 8) else { return nil }
            length = more.reduce(0) { $0 << 8 | Int($1) }
        }
        guard let payload = try take(length) else { return nil }
        return Frame(opcode: head[0] & 0x0f, payload: payload, isFinal: head[0] & 0x80 != 0)
    }

    /// The code by which the server closes, pings and messages before it passed over; nil when it ends
    /// the connection without a word.
    public func receiveClose() throws -> Int? {
        while let frame = try receive() {
            if let code = frame.code { return code }
        }
        return nil
    }

    public static func bytes(_ frame: Frame) -> [UInt8] {
        let mask: [UInt8] = [1, 2, 3, 4]
        let count = frame.payload.count
        var bytes: [UInt8] = [frame.opcode | (frame.isFinal ? 0x80 : 0)]
        switch count {
        case ..<126: bytes.append(0x80 | UInt8(count))
        case ..<65_536: bytes += [0x80 | 126, UInt8(count >> 8), UInt8(count & 0xff)]
        default:
            bytes.append(0x80 | 127)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
        }
        bytes += mask
        bytes.reserveCapacity(bytes.count + count)
        for (place, byte) in frame.payload.enumerated() { bytes.append(byte ^ mask[place & 3]) }
        return bytes
    }

    private func take(_ count: Int) throws -> [UInt8]? {
        while received.count < count {
            let some: [UInt8]
            do {
                some = try connection.readSome()
            } catch let failure as HTTPClient.Failure where failure.description.contains("reset") {
                return nil
            }
            if some.isEmpty { return nil }
            received += some
        }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }
}
