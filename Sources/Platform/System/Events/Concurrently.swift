import Dispatch
import Synchronization

/// Runs `body` for 0 ..< `count` on all processors, and returns after every call has ended.
///
/// For short work in equal pieces in synchronous code, such as system calls on many files. The
/// calling thread takes part.
///
/// - Throws: one of the errors that the calls threw; the other calls still run.
public func concurrently(
    _ count: Int, _ body: @Sendable (Int) throws -> Void
) throws {
    if count == 1 { return try body(0) }
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: count) { index in
        do {
            try body(index)
        } catch {
            failure.withLock { $0 = error }
        }
    }
    if let error = failure.withLock({ $0 }) { throw error }
}
