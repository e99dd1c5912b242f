import Synchronization
import System

/// The commands that other threads may give the client's thread.
final class TransferLoop: Sendable {
    enum Command {
        case add(Transfer)
        /// Close the transfer's connection.
        case remove(Transfer)
        /// Continue receiving, because the reader has emptied the buffer.
        case goOn(Transfer)
        case stop
    }

    private struct State {
        var commands: [Command] = []
        var transfers = 0
        var isStopped = false
    }

    let limits: WebClient.Limits
    /// nil when the system had no descriptors left, so that no request can be sent. Readers are
    /// resumed after each batch.
    let poll = EventPoll(batch: 64)
    private let state = Mutex(State())
    /// The earliest time at which a transfer may have exceeded a deadline.
    private let nextCheck = Atomic<Int>(.max)

    init(_ limits: WebClient.Limits) { self.limits = limits }

    func start() {
        let thread = ClientThread(self)
        Task { await thread.run() }
    }

    func stop() { post(.stop) }

    func add(_ transfer: Transfer) throws(ClientError) {
        guard let poll else {
            throw ClientError(
                .unavailable, "the system has no descriptor left for requests to other servers")
        }
        let isAdded = state.withLock { state in
            guard !state.isStopped, state.transfers < limits.transfers else { return false }
            state.transfers += 1
            state.commands.append(.add(transfer))
            return true
        }
        guard isAdded else {
            throw ClientError(
                .unavailable, "\(limits.transfers) requests are under way, as many as may be")
        }
        poll.ring()
    }

    func post(_ command: Command) {
        let isFirst = state.withLock { state in
            state.commands.append(command)
            return state.commands.count == 1
        }
        if isFirst { poll?.ring() }
    }

    /// Returns the commands in order. For the client's thread.
    func takeCommands() -> [Command] {
        state.withLock { state in
            defer { state.commands.removeAll(keepingCapacity: true) }
            return state.commands
        }
    }

    func ended(_ transfer: Transfer) { state.withLock { $0.transfers -= 1 } }

    /// Accepts no more commands.
    func close() { state.withLock { $0.isStopped = true } }

    /// Ensures that deadlines are checked by `time`.
    func check(by time: Int) {
        var known = nextCheck.load(ordering: .sequentiallyConsistent)
        while time < known {
            let (isDone, current) = nextCheck.compareExchange(
                expected: known, desired: time, ordering: .sequentiallyConsistent)
            if isDone {
                poll?.ring()
                return
            }
            known = current
        }
    }

    /// The time of the next check. For the client's thread.
    var checkTime: Int { nextCheck.load(ordering: .sequentiallyConsistent) }

    /// Resets the time of the next check; each wait that begins from now on requests its own. For
    /// the client's thread.
    func beginCheck() { nextCheck.store(.max, ordering: .sequentiallyConsistent) }
}

/// The client's thread, as an actor that runs until the client is destroyed.
private actor ClientThread {
    private let executor = ThreadExecutor(name: "rb-web-client")
    private let loop: TransferLoop

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(_ loop: TransferLoop) { self.loop = loop }

    func run() {
        guard let poll = loop.poll else { return }
        TransferEngine(loop, poll).run()
    }
}
