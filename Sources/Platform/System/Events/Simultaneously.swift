import Glibc
import Synchronization

/// Runs `body` for 0 ..< `count` concurrently, each call on a thread of its own, and returns after
/// every call has ended.
///
/// For calls that wait for I/O instead of computing: making several files durable simultaneously
/// takes little longer than one. At most sixteen calls run at a time.
///
/// - Throws: one of the errors that the calls threw; the other calls still run.
public func simultaneously(
    _ count: Int, _ body: @Sendable (Int) throws -> Void
) throws {
    try withoutActuallyEscaping(body) { body in
        let calls = SimultaneousCalls(count: count, width: min(count, 16), body: body)
        let threads = (1..<max(1, calls.width)).map { first in
            (first, try? startJoinableThread("rb-calls") { calls.run(from: first) })
        }
        calls.run(from: 0)
        for (first, thread) in threads {
            if let thread {
                pthread_join(thread, nil)
            } else {
                // No thread could be started for these calls.
                calls.run(from: first)
            }
        }
        if let error = calls.failure.withLock({ $0 }) { throw error }
    }
}

private final class SimultaneousCalls: Sendable {
    let count: Int
    let width: Int
    let body: @Sendable (Int) throws -> Void
    let failure = Mutex<(any Error)?>(nil)

    init(count: Int, width: Int, body: @escaping @Sendable (Int) throws -> Void) {
        self.count = count
        self.width = width
        self.body = body
    }

    /// Runs every `width`-th call, beginning with this one.
    func run(from first: Int) {
        for index in stride(from: first, to: count, by: max(1, width)) {
            do {
                try body(index)
            } catch {
                failure.withLock { $0 = error }
            }
        }
    }
}
