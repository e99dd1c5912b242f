import CWebSockets
import Glibc
import Synchronization

/// The thread that serves libwebsockets, as an executor.
///
/// libwebsockets may be called from one thread only. An actor on this executor therefore has the
/// library to itself, and what hops back to the actor wakes the service loop out of its poll.
final class ServiceThread: SerialExecutor {
    /// A pointer that this type alone hands to another thread, for `lws_cancel_service`.
    private struct Wakeable: @unchecked Sendable {
        let context: OpaquePointer
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var wakeable: Wakeable?
        var isStopping = false
        var thread: pthread_t?
    }

    private let state = Mutex(State())

    /// Runs `body` on a thread of its own, which ends with it.
    ///
    /// - Returns: false when the system has no thread left.
    func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        let work = Unmanaged.passRetained(
            Work { [self] in
                state.withLock { $0.thread = pthread_self() }
                body()
            })
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard failure == 0 else {
            work.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// From now on, and until it is given nil, `context` is woken by new jobs and by `stop`.
    func wakes(_ context: OpaquePointer?) {
        let wakeable = context.map(Wakeable.init)
        state.withLock { $0.wakeable = wakeable }
    }

    func stop() {
        state.withLock {
            $0.isStopping = true
            Self.wake($0)
        }
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Runs what has been enqueued, and what that enqueues.
    ///
    /// - Returns: whether there was anything.
    @discardableResult
    func runJobs() -> Bool {
        var hadJobs = false
        while true {
            let jobs = state.withLock { state in
                let jobs = state.jobs
                state.jobs.removeAll()
                return jobs
            }
            guard !jobs.isEmpty else { return hadJobs }
            hadJobs = true
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock {
            $0.jobs.append(job)
            Self.wake($0)
        }
    }

    func checkIsolated() {
        precondition(isOnThread, "libwebsockets was entered from a thread that is not its own")
    }

    func isIsolatingCurrentContext() -> Bool? { isOnThread }

    private var isOnThread: Bool {
        state.withLock { state in
            state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
        }
    }

    private static func wake(_ state: State) {
        guard let wakeable = state.wakeable,
            state.isStopping || state.thread.map({ pthread_equal($0, pthread_self()) == 0 }) ?? true
        else { return }
        lws_cancel_service(wakeable.context)
    }
}
