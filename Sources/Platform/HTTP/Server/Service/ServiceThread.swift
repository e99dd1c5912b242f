import Glibc
import Synchronization
import System

/// The thread of a server, as an executor.
///
/// What hops back to an actor on this executor wakes the service loop out of its poll, once for all
/// that comes before it has woken.
final class ServiceThread: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        /// Whether the loop has been woken and has not looked for jobs since.
        var isWoken = false
        var isStopping = false
        var thread: pthread_t?
        /// Whether the thread is at its end: what comes from then on is run by whoever brings it.
        var hasEnded = false
        var isRunByOther = false
    }

    private let state = Mutex(State())
    /// What the loop waits for; rung when there are new jobs, or the server is to stop. Nil when the
    /// system lacks descriptors: no server can be started.
    let poll = EventPoll(batch: 256)
    /// How often jobs are looked for before the network is.
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

    /// Runs what has been enqueued, and what that enqueues, up to a number of rounds.
    func runJobs() {
        for _ in 0..<Self.rounds {
            let jobs = state.withLock { state in
                state.isWoken = false
                return Self.takeJobs(&state)
            }
            guard !jobs.isEmpty else { return }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
        // The network's turn, without waiting for news from it.
        if state.withLock({ !$0.jobs.isEmpty }) { poll?.ring() }
    }

    /// Lets go of the thread: jobs that are left, and those to come, run where they are brought.
    ///
    /// A task may still hold a socket of a server that is no more; it gets its answer too.
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
        // With the lock let go: others bring jobs too.
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
