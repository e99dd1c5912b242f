/// A few threads for work that blocks: on file locks, SQLite, the disk, or long compression.
///
/// All tasks of a program otherwise share as many threads as there are processors, so that a few
/// that block would stop all others, such as those that answer requests. The threads are started
/// when they are needed, at most `width` of them, and end with the executor.
///
/// ```swift
/// let blocking = BlockingExecutor(name: "rb-blocking", width: 6)
/// let site = try await blocking.run { try folder.verify(repairs: true) }
/// ```
public final class BlockingExecutor: TaskExecutor, Sendable {
    private let threads: BlockingThreads

    /// - Parameters:
    ///   - name: the name of each thread, as system tools show it; at most 15 characters.
    ///   - width: the most threads.
    public init(name: String, width: Int) {
        threads = BlockingThreads(name: name, width: max(1, width))
    }

    deinit { threads.shutDown() }

    public func enqueue(_ job: consuming ExecutorJob) {
        threads.add(.job(UnownedJob(job), asUnownedTaskExecutor()))
    }

    /// Runs `body` on one of the threads.
    @concurrent
    public func run<Value: Sendable>(
        _ body: @Sendable () throws -> Value
    ) async throws -> Value {
        try await withTaskExecutorPreference(self) { try await Self.call(body) }
    }

    @concurrent
    private static func call<Value: Sendable>(
        _ body: @Sendable () throws -> Value
    ) async throws -> Value {
        try body()
    }

    /// Runs the jobs of a queue that has some.
    func drain(_ queue: BlockingQueue) { threads.add(.queue(queue)) }
}
