import Glibc

/// The threads of a `BlockingExecutor`, and what waits for them, guarded by a POSIX mutex because
/// the threads must sleep on it.
final class BlockingThreads: @unchecked Sendable {
    enum Work {
        case job(UnownedJob, UnownedTaskExecutor)
        case queue(BlockingQueue)
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let name: String
    private let width: Int
    /// In order; those before `first` are done.
    private var waiting: [Work] = []
    private var first = 0
    private var started = 0
    private var idle = 0
    private var isShutDown = false

    init(name: String, width: Int) {
        (self.name, self.width) = (name, width)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func add(_ work: Work) {
        pthread_mutex_lock(mutex)
        waiting.append(work)
        let needsThread = idle < waiting.count - first && started < width
        if needsThread { started += 1 }
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        guard needsThread else { return }
        do {
            try startThread(name) { self.run() }
        } catch {
            // The threads that exist do the work. Without any it waits forever, and there is no
            // caller to report this to.
            pthread_mutex_lock(mutex)
            started -= 1
            pthread_mutex_unlock(mutex)
        }
    }

    /// Ends the threads after the work that waits.
    func shutDown() {
        pthread_mutex_lock(mutex)
        isShutDown = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    private func run() {
        while let work = next() {
            switch work {
            case .job(let job, let executor): job.runSynchronously(on: executor)
            case .queue(let queue): queue.run()
            }
        }
    }

    private func next() -> Work? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        idle += 1
        while first == waiting.count && !isShutDown { pthread_cond_wait(condition, mutex) }
        idle -= 1
        guard first < waiting.count else { return nil }
        defer {
            first += 1
            if first == waiting.count || first == 256 {
                waiting.removeFirst(first)
                first = 0
            }
        }
        return waiting[first]
    }
}
