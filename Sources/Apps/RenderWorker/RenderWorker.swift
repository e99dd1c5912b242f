import Core
import RenderEngine
import RenderProtocol

/// The worker's side of rendering: the only process that runs code from the database.
///
/// It has no environment, no descriptor but its socket, and no access to files or the network; it
/// ends when its parent does.
enum RenderWorker {
    /// The processor time of a worker's whole life, in seconds.
    private static let processorSeconds = 4 * 3600
    /// The most resident memory of a worker, in bytes; a component that needs more ends the worker.
    private static let memory = 1 << 30

    /// Pages are sent together when they reach this many bytes or milliseconds: often enough to
    /// show that the worker is alive, but rarely enough not to wake the program for each.
    private static let replyBytes = 256 << 10
    private static let replyDelay = Duration.milliseconds(50)
    /// After this pause the build has ended, and garbage collection delays no build.
    private static let quietMilliseconds = 100

    /// Serves jobs from the socket `descriptor` until the other side closes it.
    static func run(descriptor: Int32) throws {
        ProcessLimits.enter(
            processorSeconds: processorSeconds, memory: memory,
            outOfMemoryStatus: WorkerProtocol.outOfMemoryStatus)
        let channel = FrameChannel(descriptor: descriptor, limit: WorkerProtocol.frameLimit)
        var engine: RenderEngine?
        var loadFrame: [UInt8] = []
        var renderer: PageRenderer?
        // Whether a context has replaced another one, which leaves megabytes of garbage.
        var isCluttered = false
        while true {
            if isCluttered, channel.isQuiet(milliseconds: quietMilliseconds) {
                engine?.context.collectGarbage()
                isCluttered = false
            }
            let frame: [UInt8]
            do {
                frame = try channel.receive()
            } catch FrameChannel.Failure.closed {
                return
            }
            switch frame.first.flatMap(WorkerProtocol.RequestKind.init) {
            case .load:
                // The state of the last site's code goes with its context.
                renderer = nil
                isCluttered = engine != nil
                engine = try RenderEngine(besides: engine, stacks: .none, loading: frame)
                loadFrame = frame
                continue
            case .setup:
                let reply: WorkerProtocol.Reply
                do {
                    guard let engine else { throw ByteReader.Malformed() }
                    renderer = try PageRenderer(
                        in: engine, frames: .init(load: loadFrame, setup: frame))
                    reply = .ready
                } catch {
                    reply = .refused(reason: "\(error)")
                }
                try channel.send(reply.encode())
                continue
            case .render: break
            case nil: throw ByteReader.Malformed()
            }
            guard let renderer else { throw ByteReader.Malformed() }
            var request = try RenderRequest(decoding: frame, within: renderer.bounds)
            var lastFlush = ContinuousClock.now
            renderer.beginBatch()
            while let job = try request.next() {
                let outcome =
                    request.announcesSteps
                    ? try renderer.renderAlone(job) { piece in
                        try channel.send(WorkerProtocol.Reply.step(piece: piece).encode())
                    } : renderer.render(job)
                channel.queue(WorkerProtocol.Reply.page(outcome).encode())
                let now = ContinuousClock.now
                if channel.queuedCount >= replyBytes || now - lastFlush >= replyDelay {
                    try channel.flush()
                    lastFlush = now
                }
            }
            try channel.flush()
        }
    }
}
