import Glibc

/// A thread that waits for descriptors and timers and runs the jobs of actors between them.
///
/// It is an executor: an actor that returns it as its executor runs on its thread, and its methods
/// may watch descriptors and set timers, whose callbacks then run on the same thread. So the
/// actor's state needs no lock, and no step costs a change of thread. An actor that blocks belongs
/// on a `ThreadExecutor` instead, because a blocking call delays everything else on the loop.
///
/// A turn of the loop runs the waiting jobs, waits once for descriptors, calls back for those with
/// an event, and then for the timers that are due. An executor cannot refuse a job, so the actors
/// limit the jobs given to them; the loop limits those that run between two waits.
///
/// The thread ends with the last reference to the loop. A callback is kept until its descriptor is
/// no longer watched or its timer has fired, together with what it captures.
///
/// ```swift
/// actor Receiver {
///     let loop: EventLoop
///     nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
///     func start() { loop.watch(socket, .input) { [self] _ in receive() } }
/// }
/// ```
public final class EventLoop: SerialExecutor, Sendable {
    /// A watched descriptor.
    public struct Registration: Hashable, Sendable {
        public let descriptor: Int32
        let slot: UInt32
        /// Differs for each user of a slot.
        let generation: UInt32

        var number: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
    }

    /// A timer that has not fired.
    public struct Timer: Hashable, Sendable {
        let number: UInt64
    }

    private let thread: EventLoopThread

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: the name shown by system tools, which use at most 15 characters.
    ///   - batch: the most descriptors that are reported in one turn.
    /// - Throws: when the system has no descriptors or threads left.
    public init(name: String, batch: Int = 64) throws(SystemError) {
        thread = EventLoopThread(try Epoll(batch: batch))
        try thread.start(name, on: asUnownedSerialExecutor())
    }

    deinit { thread.end() }

    // MARK: From any thread

    public func enqueue(_ job: consuming ExecutorJob) { thread.append(.job(UnownedJob(job))) }

    /// Runs `body` on the loop for an actor that runs on it, without creating a task.
    ///
    /// For callers that cannot wait: a cancellation, the end of an object. Bodies and jobs run in
    /// the order in which they come.
    public func run<Owner: Actor>(
        for owner: Owner, _ body: @escaping @Sendable (isolated Owner) -> Void
    ) {
        thread.append(.body { owner.assumeIsolated(body) })
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    public func checkIsolated() {
        precondition(thread.isCurrent, "an actor was entered from a thread that is not its loop's")
    }

    public func isIsolatingCurrentContext() -> Bool? { thread.isCurrent }

    // MARK: From the loop's thread

    /// Calls `body` for each event on a descriptor, until `unwatch`.
    ///
    /// An event is reported again in the next turn while its cause remains.
    ///
    /// - Returns: nil when the system has no memory left, or the descriptor cannot be polled.
    public func watch(
        _ descriptor: Int32, _ interest: Interest, _ body: @escaping (Event) -> Void
    ) -> Registration? {
        checkIsolated()
        return thread.watch(descriptor, interest, body)
    }

    /// Changes the events to watch for.
    public func change(_ registration: Registration, _ interest: Interest) {
        checkIsolated()
        thread.change(registration, interest)
    }

    /// Stops watching a descriptor, which may have been closed already. Its callback is not called
    /// again, even for an event that was reported in the current turn.
    public func unwatch(_ registration: Registration) {
        checkIsolated()
        thread.unwatch(registration)
    }

    /// Calls `body` once, after at least this many milliseconds and one wait for descriptors.
    @discardableResult
    public func schedule(after milliseconds: Int, _ body: @escaping () -> Void) -> Timer {
        checkIsolated()
        return thread.schedule(at: monotonicMilliseconds() + max(0, milliseconds), body)
    }

    /// Cancels a timer. Does nothing when it has fired.
    public func cancel(_ timer: Timer) {
        checkIsolated()
        thread.cancel(timer)
    }
}
