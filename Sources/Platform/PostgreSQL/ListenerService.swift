import Core
import System

/// Performs the actions that `ListenerState` decides, on an event loop.
actor ListenerService {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let connector = Connector(thread: "rb-connect")
    private let database: ConnectionTarget
    private let listening: Query
    private let queue: EventQueue
    private var state = ListenerState()
    private var connection: Connection?
    private var registration: EventLoop.Registration?
    private var timer: EventLoop.Timer?

    init(to database: ConnectionTarget, channel: String, queue: EventQueue, loop: EventLoop) {
        self.database = database
        self.queue = queue
        self.loop = loop
        let name = channel.splitUTF8(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"")
        listening = "LISTEN \(unsafeSQL: "\"\(name)\"")"
    }

    /// Does what is due, and sets the timer for what is due next.
    func step() {
        while !queue.isFinished {
            switch state.action(at: monotonicMilliseconds()) {
            case .connect: return connect()
            case .askForSign:
                attempt { () throws(PostgresError) in
                    try connection?.askForSign()
                    state.asked(at: monotonicMilliseconds())
                }
            case .giveUp:
                lose(
                    PostgresError(
                        .connection,
                        "the server gave no sign of life for \(ListenerState.patience / 1000) s"))
            case .wait(let milliseconds):
                if let timer { loop.cancel(timer) }
                timer = loop.schedule(after: milliseconds) { [self] in step() }
                return
            }
        }
    }

    func stop() {
        if let timer { loop.cancel(timer) }
        timer = nil
        disconnect()
    }

    private func connect() {
        let listening = listening
        Task {
            do throws(PostgresError) {
                let made = try await connector.connect(to: database) {
                    connection throws(PostgresError) in
                    try connection.requireSession(for: "waiting for changes")
                    // A server that does not answer soon will not answer.
                    connection.statementDeadline = ListenerState.patience
                    try connection.run(listening)
                }
                try adopt(made)
            } catch {
                lose(error)
            }
            step()
        }
    }

    private func adopt(_ made: Connection) throws(PostgresError) {
        guard !queue.isFinished else { return }
        registration = loop.watch(made.socket, .input) { [self] _ in
            attempt { () throws(PostgresError) in try read() }
            step()
        }
        guard registration != nil else {
            throw PostgresError(.connection, "the system cannot wait for one more connection")
        }
        connection = made
        state.connected(at: monotonicMilliseconds())
        queue.append(.connected)
        // Notifications may have come together with the answer to LISTEN.
        try read()
    }

    private func read() throws(PostgresError) {
        guard let news = try connection?.takeNews() else { return }
        if !news.payloads.isEmpty { queue.notify(news.payloads) }
        if news.gaveSign { state.answered(at: monotonicMilliseconds()) }
    }

    private func attempt(_ body: () throws(PostgresError) -> Void) {
        do throws(PostgresError) { try body() } catch { lose(error) }
    }

    private func lose(_ error: PostgresError) {
        disconnect()
        state.lost(at: monotonicMilliseconds(), chance: .random(in: 0...1))
        queue.append(.lost(error))
    }

    private func disconnect() {
        if let registration { loop.unwatch(registration) }
        registration = nil
        connection = nil
    }
}
