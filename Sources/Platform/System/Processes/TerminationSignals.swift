import CLinux
import Glibc
import Synchronization

/// The signals that control a program which runs until it is stopped.
///
/// SIGTERM and SIGINT ask it to stop, SIGHUP to check everything again. A second SIGINT ends the
/// program at once, whatever it is doing: the user at the terminal has waited long enough.
///
/// ```swift
/// let signals = try TerminationSignals()
/// for await request in signals.requests where request == .rescan { … }
/// // The stream ends after .stop.
/// ```
///
/// Unlike blocked or ignored signals, handlers are not inherited by a child's program, so children
/// have the system's default dispositions.
public final class TerminationSignals: Sendable {
    public enum Request: Hashable, Sendable {
        /// Finish the current work, and end.
        case stop
        /// Something may have changed without a notification.
        case rescan
    }

    /// Ends with the first `.stop`. A request that is not read in time is dropped for newer ones;
    /// `.stop` is never lost.
    public let requests: AsyncStream<Request>

    /// Signals belong to the process, so only one instance may exist at a time.
    ///
    /// - Throws: when the system has no descriptors or threads left, or an instance exists already.
    public init() throws(SystemError) {
        let (requests, continuation) = AsyncStream.makeStream(
            of: Request.self, bufferingPolicy: .bufferingNewest(4))
        self.requests = requests
        try SignalRelay.shared.get().attach(continuation)
    }

    /// Restores the signals' default effect.
    deinit { try? SignalRelay.shared.get().detach() }

    /// Runs `body` and cancels it when a signal asks the program to stop.
    ///
    /// - Parameter onRescan: called on SIGHUP.
    /// - Returns: the result of `body`, which should return soon after its task is cancelled.
    public static func cancelling<Result: Sendable>(
        onRescan: @escaping @Sendable () async -> Void = {},
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let signals = try TerminationSignals()
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await request in signals.requests where request == .rescan { await onRescan() }
                return nil
            }
            defer { group.cancelAll() }
            while let outcome = try await group.next() {
                if let outcome { return outcome }
                group.cancelAll()
            }
            throw CancellationError()
        }
    }
}

/// The pipe to which signal handlers write; they may do nothing else. -1 before there is a pipe.
private let relayWriter = Atomic<Int32>(-1)
/// The number of SIGINTs since a `TerminationSignals` was made.
private let interruptCount = Atomic<Int>(0)

/// The signal handler. It may run on any thread, between any two instructions.
private func relay(_ signal: Int32) {
    let number = errno
    if signal == SIGINT, interruptCount.add(1, ordering: .relaxed).newValue > 1 {
        // Delivered when this handler returns, so that the parent process sees that SIGINT ended
        // the program.
        Glibc.signal(SIGINT, SIG_DFL)
        raise(SIGINT)
    } else {
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = write(relayWriter.load(ordering: .relaxed), &byte, 1)
    }
    errno = number
}

/// The pipe to which handlers write and the thread that reads it. Made once and kept, because a
/// handler may still be about to write after the last reader has gone.
private final class SignalRelay: Sendable {
    static let shared = Result { () throws(SystemError) in try SignalRelay() }

    private static let signals = [SIGTERM, SIGINT, SIGHUP]
    private let reader: Int32
    private let listener = Mutex<AsyncStream<TerminationSignals.Request>.Continuation?>(nil)

    private init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        // A full pipe must not block a handler: the pipe then already holds the request many times.
        guard pipe2(&ends, O_CLOEXEC | O_NONBLOCK) == 0 else { throw SystemError("create a pipe") }
        reader = ends[0]
        _ = interruptCount.load(ordering: .relaxed)
        relayWriter.store(ends[1], ordering: .relaxed)
        try startThread("rb-signals") { [self] in run() }
    }

    func attach(
        _ continuation: AsyncStream<TerminationSignals.Request>.Continuation
    ) throws(SystemError) {
        let isFree = listener.withLock { listener in
            guard listener == nil else { return false }
            listener = continuation
            return true
        }
        guard isFree else { throw SystemError("listen for signals twice", number: EBUSY) }
        interruptCount.store(0, ordering: .relaxed)
        for signal in Self.signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = relay
            action.sa_flags = SA_RESTART
            sigaction(signal, &action, nil)
        }
    }

    func detach() {
        for signal in Self.signals { Glibc.signal(signal, SIG_DFL) }
        listener.withLock {
            $0?.finish()
            $0 = nil
        }
    }

    private func run() -> Never {
        while true {
            var poll = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, -1)
            var byte: UInt8 = 0
            guard read(reader, &byte, 1) == 1 else { continue }
            listener.withLock {
                if Int32(byte) == SIGHUP {
                    $0?.yield(.rescan)
                } else {
                    $0?.yield(.stop)
                    $0?.finish()
                }
            }
        }
    }
}
