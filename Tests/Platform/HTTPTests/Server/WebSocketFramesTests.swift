import TestSupport
import Testing

@testable import HTTP

@Suite struct WebSocketFramesTests {
    private static let frames: [WebSocketPeer.Frame] = [
        .text("one"), .init(opcode: 1, payload: Array("tw".utf8), isFinal: false), .ping("p"),
        .init(opcode: 0, payload: [], isFinal: false), .init(opcode: 0, payload: Array("o".utf8)),
        .text(""), .text(String(repeating: "x", count: 200)), .pong([1, 2]),
        .text(String(repeating: "y", count: 70_000)),
        .init(opcode: 8, payload: [3, 233] + Array("bye".utf8)),
    ]

    /// However the bytes are cut.
    @Test(arguments: [1, 2, 3, 7, 100, 1_000_000])
    func framesBecomeEvents(pieceBytes: Int) throws {
        var frames = WebSocketFrames(limit: 70_000)
        var events: [WebSocketFrames.Event] = []
        let bytes = Self.frames.flatMap(WebSocketPeer.bytes)
        for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
            events += try frames.take(Array(bytes[start...].prefix(pieceBytes)))
        }
        #expect(
            events == [
                .message("one"), .ping(Array("p".utf8)), .message("two"), .message(""),
                .message(String(repeating: "x", count: 200)), .pong,
                .message(String(repeating: "y", count: 70_000)), .close(code: 1001),
            ])
    }

    @Test(
        arguments: [
            // Not masked; a reserved bit; an unknown opcode.
            ([0x81, 0x01, 0x61], 1002), ([0xc1, 0x80, 0, 0, 0, 0], 1002),
            ([0x83, 0x80, 0, 0, 0, 0], 1002),
            // Nothing to continue; a message within another; a control frame in parts; one too long.
            ([0x80, 0x80, 0, 0, 0, 0], 1002),
            ([0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0], 1002),
            ([0x09, 0x80, 0, 0, 0, 0], 1002), ([0x89, 0xfe, 0, 126, 0, 0, 0, 0], 1002),
            // A close frame with half a code, and with one that is never sent.
            ([0x88, 0x81, 0, 0, 0, 0, 3], 1002), ([0x88, 0x82, 0, 0, 0, 0, 3, 237], 1002),
            // A length in more bytes than it needs.
            ([0x81, 0xfe, 0, 5, 0, 0, 0, 0], 1002),
            ([0x81, 0xff, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], 1002),
            // A length beyond all limits, told before anything of it has come.
            ([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], 1009),
        ] as [([UInt8], Int)])
    func whatBreaksTheRulesHasItsCode(bytes: [UInt8], code: Int) {
        var frames = WebSocketFrames(limit: 1000)
        let violation = #expect(throws: WebSocketFrames.Violation.self) {
            _ = try frames.take(bytes)
        }
        #expect(violation?.code == code)
    }

    @Test func aReasonIsCutToWhatFits() {
        let frame = WebSocketFrames.close(1008, String(repeating: "é", count: 100))
        #expect(frame.count == 2 + 2 + 122)
        #expect(WebSocketFrames.close(1005, "unsaid") == [0x88, 0])
    }
}
