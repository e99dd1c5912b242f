import Glibc
import Synchronization
import System

/// The thread of a server, as an executor.
///
/// A job for an actor on this executor wakes the service loop from its poll, once for all jobs that
/// arrive before it has woken.
final class ServiceThread: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        /// Whether the loop has been woken and has not checked for jobs since.
        var isWoken = false
        var isStopping = false
        var thread: pthread_t?
        /// Whether the thread has ended: later jobs run on the thread that enqueues them.
        var hasEnded = false
        var isRunByOther = false
    }

    private let state = Mutex(State())
    /// The loop's poll, woken when there are new jobs or the server is to stop. nil when the system
    /// has no descriptors left, so that no server can be started.
    let poll = EventPoll(batch: 256)
    /// The rounds of jobs that run before the network is polled.
    private static let rounds = 8

    /// Runs `body` on a thread of its own, which ends with it.
    ///
    /// - Throws: when the system has no thread left.
    func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        try startThread("rb-http") { [self] in
            state.withLock { $0.thread = pthread_self() }
            body()
        }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        poll?.ring()
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Runs the enqueued jobs, and those that they enqueue, up to a number of rounds.
    func runJobs() {
        for _ in 0..<Self.rounds {
            let jobs = state.withLock { state in
                state.isWoken = false
                return Self.takeJobs(&state)
            }
            guard !jobs.isEmpty else { return }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
        // Polls the network next, without sleeping.
        if state.withLock({ !$0.jobs.isEmpty }) { poll?.ring() }
    }

    /// Releases the thread: remaining and later jobs run on the thread that enqueues them.
    ///
    /// A task may still hold a socket of a stopped server; its jobs must run too.
    func end() {
        state.withLock {
            $0.hasEnded = true
            $0.isRunByOther = true
        }
        runForOther()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let (isForCaller, rings) = state.withLock { state in
            state.jobs.append(job)
            if state.hasEnded {
                defer { state.isRunByOther = true }
                return (!state.isRunByOther, false)
            }
            guard !state.isWoken,
                state.thread.map({ pthread_equal($0, pthread_self()) == 0 }) ?? true
            else { return (false, false) }
            state.isWoken = true
            return (false, true)
        }
        // Runs without the lock, because others enqueue jobs too.
        if rings { poll?.ring() }
        if isForCaller { runForOther() }
    }

    private func runForOther() {
        while true {
            let jobs = state.withLock { state in
                let jobs = Self.takeJobs(&state)
                if jobs.isEmpty { state.isRunByOther = false }
                state.thread = jobs.isEmpty ? nil : pthread_self()
                return jobs
            }
            guard !jobs.isEmpty else { return }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }

    func checkIsolated() {
        precondition(isOnThread, "the server was entered from a thread that is not its own")
    }

    func isIsolatingCurrentContext() -> Bool? { isOnThread }

    private var isOnThread: Bool {
        state.withLock { state in
            state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
        }
    }

    private static func takeJobs(_ state: inout State) -> [UnownedJob] {
        let jobs = state.jobs
        state.jobs.removeAll()
        return jobs
    }
}
