import CLinux
import Glibc

/// Starts a system thread that runs `body` and then ends.
///
/// For long blocking C calls, or work bound to one thread: tasks share a small pool of threads.
///
/// - Parameter name: the name shown by system tools, which use at most 15 characters.
/// - Throws: when the system has no threads left.
public func startThread(
    _ name: String, _ body: @escaping @Sendable () -> Void
) throws(SystemError) {
    pthread_detach(try startJoinableThread(name, body))
}

/// Starts a thread that the caller must join with `pthread_join`.
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

/// The work of a new thread.
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
