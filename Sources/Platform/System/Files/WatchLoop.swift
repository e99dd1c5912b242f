import Glibc
import Synchronization

/// Waits for file events on a thread of its own and delivers batches.
actor WatchLoop {
    private let executor = ThreadExecutor(name: "file-watcher")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let tree: WatchTree
    private var collector: ChangeCollector
    private let ready: ReadyChanges
    /// A pipe that ends the loop when its other end is closed.
    private let stop: Int32

    /// - Parameter stop: the reading end of a pipe, which the loop then owns.
    init(_ tree: sending WatchTree, settling: Int, ready: ReadyChanges, stop: Int32) {
        self.tree = tree
        self.ready = ready
        self.stop = stop
        collector = ChangeCollector(quiet: settling)
    }

    deinit { close(stop) }

    /// Runs until it is stopped; the thread sleeps while nothing happens.
    func run() {
        while true {
            let wait = collector.wait(at: monotonicMilliseconds())
            if wait == 0 {
                ready.add(collector.take())
                continue
            }
            var polls = [
                pollfd(fd: stop, events: 0, revents: 0),
                pollfd(fd: tree.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polls, 2, Int32(wait ?? -1)) >= 0 || errno == EINTR else { break }
            if polls[0].revents != 0 { break }
            if polls[1].revents != 0 { tree.read(into: &collector, at: monotonicMilliseconds()) }
        }
        ready.finish()
    }
}

/// Changes not yet requested, merged into one batch however long that takes.
final class ReadyChanges: Sendable {
    private let changes = Mutex(FileChanges())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init() {
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ batch: FileChanges) {
        guard !batch.isEmpty else { return }
        changes.withLock { $0.merge(batch) }
        signal.yield()
    }

    func finish() { signal.finish() }

    /// Returns the next batch; nil at the end.
    func next() async -> FileChanges? {
        for await _ in signals {
            let batch = changes.withLock { changes in
                defer { changes = FileChanges() }
                return changes
            }
            if !batch.isEmpty { return batch }
        }
        return nil
    }
}
