/// Reads file events and delivers batches, on an event loop of its own: entering a new folder lists
/// it, which may take longer than other users of a loop should wait.
actor ChangeReader {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let tree: WatchTree
    private var collector: ChangeCollector
    private let ready: ReadyChanges
    private var registration: EventLoop.Registration?
    /// Fires when the batch may be ready.
    private var timer: EventLoop.Timer?

    init(_ tree: sending WatchTree, settling: Int, ready: ReadyChanges, loop: EventLoop) {
        self.tree = tree
        self.ready = ready
        self.loop = loop
        collector = ChangeCollector(quiet: settling)
    }

    func start() {
        registration = loop.watch(tree.descriptor, .input) { [self] _ in
            tree.read(into: &collector, at: monotonicMilliseconds())
            deliver()
        }
        if registration == nil { ready.finish() }
    }

    func stop() {
        if let registration { loop.unwatch(registration) }
        if let timer { loop.cancel(timer) }
        registration = nil
        timer = nil
    }

    /// Delivers the batch when it is ready, or sets the timer for it.
    private func deliver() {
        guard let wait = collector.wait(at: monotonicMilliseconds()) else { return }
        if wait == 0 { return ready.add(collector.take()) }
        guard timer == nil else { return }
        timer = loop.schedule(after: wait) { [self] in
            timer = nil
            deliver()
        }
    }
}
