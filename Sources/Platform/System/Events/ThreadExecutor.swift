import Glibc

/// One thread that runs an actor's jobs in order.
///
/// Actors that block in C (a database connection, a worker's socket) run on a thread of their own,
/// so that they never block the shared pool. The first job starts the thread.
public final class ThreadExecutor: SerialExecutor, Sendable {
    private let queue: Queue

    public init(name: String) { queue = Queue(name: name) }

    deinit { queue.shutDown() }

    public func enqueue(_ job: consuming ExecutorJob) {
        queue.append(UnownedJob(job), on: asUnownedSerialExecutor())
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }
}

/// The jobs waiting for the thread, guarded by a POSIX mutex because the thread must sleep on it.
private final class Queue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [(UnownedJob, UnownedSerialExecutor)] = []
    private var isStarted = false
    private var isShutDown = false
    private let name: String

    init(name: String) {
        self.name = name
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func append(_ job: UnownedJob, on executor: UnownedSerialExecutor) {
        pthread_mutex_lock(mutex)
        jobs.append((job, executor))
        let isFirst = !isStarted
        isStarted = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        // Without a thread the jobs would wait forever, and there is no caller to report this to.
        if isFirst { try? startThread(name) { self.run() } }
    }

    func shutDown() {
        pthread_mutex_lock(mutex)
        isShutDown = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func run() {
        while true {
            pthread_mutex_lock(mutex)
            while jobs.isEmpty && !isShutDown { pthread_cond_wait(condition, mutex) }
            let ready = jobs
            jobs.removeAll(keepingCapacity: true)
            let ended = ready.isEmpty && isShutDown
            pthread_mutex_unlock(mutex)
            if ended { return }
            for (job, executor) in ready { job.runSynchronously(on: executor) }
        }
    }
}
