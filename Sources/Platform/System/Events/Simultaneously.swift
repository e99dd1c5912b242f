import Glibc
import Synchronization

/// Runs `body` for 0 ..< `count` at once, each call on a thread of its own, and returns when every
/// call has ended.
///
/// For calls that wait rather than work: a disk that is asked to make several files durable at once
/// does it in little more time than for one. Sixteen calls at most are under way.
///
/// - Throws: one of the errors that the calls threw; the others still ran.
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
                // No thread could be made for it.
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

    /// Every `width`-th call from this one on.
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
