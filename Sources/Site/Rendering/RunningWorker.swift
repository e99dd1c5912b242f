import Bundling
import RenderProtocol
import System

/// A process that ends with this value: a worker holds nothing that must be saved.
final class RunningWorker {
    let channel: FrameChannel
    /// The site whose components it has.
    var site: RenderedSite?
    /// Pages that it was given.
    var rendered = 0
    /// How often it was told to load the engine.
    private(set) var loads = 0
    var identifier: Int32 { process.identifier }
    private let process: ChildProcess
    private var ending: ChildProcess.Ending?

    init(process: ChildProcess, channel: FrameChannel) {
        self.process = process
        self.channel = channel
    }

    deinit { end() }

    /// Has it load the engine, without waiting for it.
    func load(_ runtime: WorkerRuntime) throws(FrameChannel.Failure) {
        loads += 1
        try channel.send(WorkerProtocol.Request.load(runtime).encode())
    }

    /// - Returns: how the process ended: by itself, or by the signal sent here.
    @discardableResult
    func end(waiting: Bool = false) -> ChildProcess.Ending? {
        if let ending { return ending }
        if waiting { process.awaitEnd(milliseconds: 1000) }
        process.send(signal: 9)
        ending = process.wait()
        return ending
    }
}
