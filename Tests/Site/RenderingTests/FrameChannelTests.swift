import RenderProtocol
import System
import Testing

@Suite struct FrameChannelTests {
    @Test func framesSurviveTheJourney() throws {
        let sockets = try SocketPair()
        let sender = FrameChannel(descriptor: sockets.ours, limit: 1 << 20)
        let receiver = FrameChannel(descriptor: sockets.theirs, limit: 1000)
        let frames: [[UInt8]] = [[], [1, 2, 3], Array(repeating: 7, count: 1000)]
        for frame in frames { sender.queue(frame) }
        try sender.flush()
        for frame in frames { #expect(try receiver.receive(milliseconds: 1000) == frame) }
        #expect(throws: FrameChannel.Failure.timedOut) { try receiver.receive(milliseconds: 10) }
        try sender.send(Array(repeating: 7, count: 1001))
        #expect(throws: FrameChannel.Failure.tooLarge) { try receiver.receive(milliseconds: 1000) }
    }
}
