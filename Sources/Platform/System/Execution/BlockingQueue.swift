import Synchronization

/// Runs the jobs of one actor in order, on the threads of a `BlockingExecutor`.
///
/// Unlike a `ThreadExecutor` it needs no thread of its own, so that there may be hundreds.
///
/// ```swift
/// nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }
/// ```
public final class BlockingQueue: SerialExecutor, Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        /// Whether a thread runs jobs, or will.
        var isDraining = false
    }

    private let executor: BlockingExecutor
    private let state = Mutex(State())

    public init(on executor: BlockingExecutor) { self.executor = executor }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isFirst = state.withLock { state in
            state.jobs.append(job)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if isFirst { executor.drain(self) }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Runs the jobs that wait. Those that arrive meanwhile take another turn, so that no actor
    /// keeps a thread to itself.
    func run() {
        let jobs = state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
        let isEmpty = state.withLock { state in
            state.isDraining = !state.jobs.isEmpty
            return state.jobs.isEmpty
        }
        if !isEmpty { executor.drain(self) }
    }
}
