import CLinux
import Glibc
import Synchronization

/// What signals ask of a program that runs until it is told to end.
///
/// SIGTERM and SIGINT ask it to stop, SIGHUP to look at everything anew. A second SIGINT ends the
/// program at once, whatever it is doing: the person at the terminal has waited long enough.
///
/// ```swift
/// let signals = try TerminationSignals()
/// for await request in signals.requests where request == .rescan { … }
/// // The stream ends after .stop.
/// ```
///
/// Handlers, unlike blocked or ignored signals, are not handed on to a program that a child starts,
/// so children have the system's own dispositions.
public final class TerminationSignals: Sendable {
    public enum Request: Hashable, Sendable {
        /// Finish what is under way, and end.
        case stop
        /// Something may have changed that nobody told.
        case rescan
    }

    /// Ends with the first `.stop`. A request that is not read in time makes way for newer ones;
    /// `.stop` is never lost.
    public let requests: AsyncStream<Request>

    /// Signals are the process's: there is at most one of these at a time.
    ///
    /// - Throws: when the system has no descriptor or thread left, or when there is one already.
    public init() throws(SystemError) {
        let (requests, continuation) = AsyncStream.makeStream(
            of: Request.self, bufferingPolicy: .bufferingNewest(4))
        self.requests = requests
        try SignalRelay.shared.get().attach(continuation)
    }

    /// From now on the signals have their usual effect again.
    deinit { try? SignalRelay.shared.get().detach() }

    /// Runs `body` and cancels it when a signal asks the program to stop.
    ///
    /// - Parameter onRescan: what SIGHUP does meanwhile.
    /// - Returns: what `body` returns, which should be soon after its task is cancelled.
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

/// Written to by signal handlers, which may do nothing else; -1 before there is a pipe.
private let relayWriter = Atomic<Int32>(-1)
/// How many SIGINT came since a `TerminationSignals` was made.
private let interruptCount = Atomic<Int>(0)

/// A handler: it may run on any thread, between any two instructions.
private func relay(_ signal: Int32) {
    let number = errno
    if signal == SIGINT, interruptCount.add(1, ordering: .relaxed).newValue > 1 {
        // Delivered when this handler returns: whoever waits for the program sees how it ended.
        Glibc.signal(SIGINT, SIG_DFL)
        raise(SIGINT)
    } else {
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = write(relayWriter.load(ordering: .relaxed), &byte, 1)
    }
    errno = number
}

/// The pipe that handlers write to and the thread that reads it; made once and kept, since a handler
/// may still be about to write when nobody listens any more.
private final class SignalRelay: Sendable {
    static let shared = Result { () throws(SystemError) in try SignalRelay() }

    private static let signals = [SIGTERM, SIGINT, SIGHUP]
    private let reader: Int32
    private let listener = Mutex<AsyncStream<TerminationSignals.Request>.Continuation?>(nil)

    private init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        // A full pipe must not stop a handler: the request is in it many times over by then.
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
