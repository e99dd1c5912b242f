import CLinux
import Glibc

/// Starts a thread of the system's that runs `body` and ends with it.
///
/// For what waits in C for long, or belongs to one thread: tasks run on few threads, which all share.
///
/// - Parameter name: what the system's tools call it; 15 characters of it count.
/// - Throws: when the system has no thread left.
public func startThread(
    _ name: String, _ body: @escaping @Sendable () -> Void
) throws(SystemError) {
    pthread_detach(try startJoinableThread(name, body))
}

/// The same, for a thread that somebody waits for with `pthread_join`, and must.
func startJoinableThread(
    _ name: String, _ body: @escaping @Sendable () -> Void
) throws(SystemError) -> pthread_t {
    let work = Unmanaged.passRetained(ThreadWork(name: name, body: body))
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        }, work.toOpaque())
    guard failure == 0 else {
        work.release()
        throw SystemError("start a thread", number: failure)
    }
    return thread
}

/// What a new thread is given.
private final class ThreadWork {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    func run() {
        _ = robbieblocks_name_thread(String(name.prefix(15)))
        body()
    }
}
