import Synchronization
import System

/// What other threads may ask of the client's thread.
final class TransferLoop: Sendable {
    enum Command {
        case add(Transfer)
        /// Close its connection.
        case remove(Transfer)
        /// Its reader has taken what there was.
        case goOn(Transfer)
        case stop
    }

    private struct State {
        var commands: [Command] = []
        var transfers = 0
        var isStopped = false
    }

    let limits: WebClient.Limits
    /// Nil when the system lacked descriptors: no request can be sent. After a batch readers are told.
    let poll = EventPoll(batch: 64)
    private let state = Mutex(State())
    /// The earliest moment at which some transfer may have waited for too long.
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

    /// For the thread: what it was asked, in order.
    func takeCommands() -> [Command] {
        state.withLock { state in
            defer { state.commands.removeAll(keepingCapacity: true) }
            return state.commands
        }
    }

    func ended(_ transfer: Transfer) { state.withLock { $0.transfers -= 1 } }

    /// Nothing is added any more.
    func close() { state.withLock { $0.isStopped = true } }

    /// Sees to it that waiting is checked at `time`, or before.
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

    /// For the thread: when to check next.
    var checkTime: Int { nextCheck.load(ordering: .sequentiallyConsistent) }

    /// For the thread: from here on every wait that begins asks for its own check.
    func beginCheck() { nextCheck.store(.max, ordering: .sequentiallyConsistent) }
}

/// The thread, as an actor that runs until the client goes.
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
