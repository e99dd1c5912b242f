import Bundling
import RenderProtocol
import System

/// A worker's process, which ends with this value: a worker holds nothing that must be saved.
final class RunningWorker {
    let channel: FrameChannel
    /// The site whose components the worker holds.
    var site: RenderedSite?
    /// The number of pages sent to the worker.
    var rendered = 0
    /// How often the worker was told to load the engine.
    private(set) var loads = 0
    var identifier: Int32 { process.identifier }
    private let process: ChildProcess
    private var ending: ChildProcess.Ending?

    init(process: ChildProcess, channel: FrameChannel) {
        self.process = process
        self.channel = channel
    }

    deinit { end() }

    /// Tells the worker to load the engine, without waiting for it.
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
