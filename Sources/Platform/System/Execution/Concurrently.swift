import Synchronization

/// Runs `body` for 0 ..< `count` on all processors, and returns after every call has ended.
///
/// For short work in equal pieces in synchronous code, such as system calls on many files. The
/// calling thread takes part; the others are started for the call, so that no thread that tasks
/// share is occupied.
///
/// - Throws: one of the errors that the calls threw; the other calls still run.
public func concurrently(
    _ count: Int, _ body: @Sendable (Int) throws -> Void
) throws {
    if count == 1 { return try body(0) }
    let next = Atomic(0)
    try simultaneously(min(count, processorCount())) { _ in
        var failure: (any Error)?
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { break }
            do {
                try body(index)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}
