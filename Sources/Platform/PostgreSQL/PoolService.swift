import Core
import Synchronization
import System

/// Serves all connections of a pool on an event loop: performs what `PoolPolicy` decides.
actor PoolService {
    typealias Outcome = PoolConnection.Outcome

    private struct Request {
        let queries: [Query]
        let continuation: CheckedContinuation<Outcome, Never>
    }

    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// The number of round trips that wait for a connection, for any thread.
    nonisolated let waitingCount = Atomic(0)
    private let connector = Connector(thread: "rb-pool-connect")
    private let database: ConnectionTarget
    /// The statements that begin a session.
    private let preparation: [Query]
    private var policy: PoolPolicy
    private var requests: [Int: Request] = [:]
    private var connections: [Int: PoolConnection] = [:]
    private var lastRequest = 0
    private var lastConnection = 0
    private var closers: [CheckedContinuation<Void, Never>] = []
    private var timer: (handle: EventLoop.Timer, time: Int)?

    init(
        to database: ConnectionTarget, role: String?, settings: ConnectionPool.Settings,
        loop: EventLoop
    ) {
        self.database = database
        self.loop = loop
        policy = PoolPolicy(settings)
        func quoted(_ name: String) -> String {
            "\""
                + name.splitUTF8(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"") + "\""
        }
        preparation =
            settings.session.sorted { $0.key < $1.key }
            .map { "SELECT set_config(\($0.key), \($0.value), false)" }
            + (role.map { ["SET ROLE \(unsafeSQL: quoted($0))"] } ?? [])
    }

    /// Runs statements in one round trip, as soon as a connection is free.
    func run(_ queries: [Query]) async -> Outcome {
        lastRequest += 1
        let number = lastRequest
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                requests[number] = Request(queries: queries, continuation: continuation)
                perform(
                    policy.submit(
                        number, isCancelled: Task.isCancelled, at: monotonicMilliseconds()))
            }
        } onCancel: {
            // Runs after the request was submitted, because that is under way on this loop.
            loop.run(for: self) { pool in
                pool.perform(pool.policy.cancel(number, at: monotonicMilliseconds()))
            }
        }
    }

    func start() { perform(policy.tick(at: monotonicMilliseconds(), chance: Self.chance)) }

    /// - Parameter closer: resumed after the connections are closed.
    func close(_ closer: CheckedContinuation<Void, Never>? = nil) {
        if policy.hasEnded { closer?.resume() } else if let closer { closers.append(closer) }
        perform(policy.close(at: monotonicMilliseconds()))
    }

    private static var chance: Double { .random(in: 0...1) }

    // MARK: Actions

    /// - Parameter outcome: what a connection reported for its request.
    private func perform(_ actions: [PoolPolicy.Action], outcome: Outcome? = nil) {
        for action in actions {
            switch action {
            case .connect: connect()
            case .begin(let request, let connection): begin(request, on: connection)
            case .stop(let connection): stop(connection)
            case .close(let connection): drop(connection)
            case .deliver(let request): if let outcome { finish(request, outcome) }
            case .fail(let request, let error): finish(request, .failure(error))
            case .end: end()
            }
        }
        waitingCount.store(policy.waitingCount, ordering: .relaxed)
        setTimer()
    }

    private func finish(_ request: Int, _ outcome: Outcome) {
        requests.removeValue(forKey: request)?.continuation.resume(returning: outcome)
    }

    private func connect() {
        let preparation = preparation
        Task {
            do throws(PostgresError) {
                let made = try await connector.connect(to: database) {
                    connection throws(PostgresError) in
                    guard !preparation.isEmpty else { return }
                    try connection.requireSession(for: "the chat")
                    try connection.run(preparation)
                }
                try adopt(made)
            } catch {
                perform(
                    policy.connectingFailed(
                        error, at: monotonicMilliseconds(), chance: Self.chance))
            }
        }
    }

    private func adopt(_ connection: Connection) throws(PostgresError) {
        lastConnection += 1
        let number = lastConnection
        let registration = loop.watch(connection.socket, .input) { [self] _ in advance(number) }
        guard let registration else {
            throw PostgresError(.connection, "the system cannot wait for one more connection")
        }
        connections[number] = PoolConnection(connection, registration)
        perform(policy.connected(number, at: monotonicMilliseconds()))
    }

    private func begin(_ request: Int, on number: Int) {
        guard let queries = requests[request]?.queries else { return }
        do throws(PostgresError) {
            try connections[number]?.begin(queries)
            if connections[number]?.hasUnsent == true { watch(number, [.input, .room]) }
        } catch {
            lose(number, .failure(error))
        }
    }

    private func watch(_ number: Int, _ interest: EventLoop.Interest) {
        if let connection = connections[number] { loop.change(connection.registration, interest) }
    }

    private func stop(_ number: Int) {
        guard let connection = connections[number]?.connection else { return }
        let cancellation = Cancellation(of: connection)
        Task {
            await connector.send(cancellation)
            perform(policy.cancellationArrived(number, at: monotonicMilliseconds()))
        }
    }

    /// Handles an event on a connection's socket.
    private func advance(_ number: Int) {
        let hadUnsent = connections[number]?.hasUnsent == true
        let outcome = connections[number]?.advance()
        guard let connection = connections[number] else { return }
        if connection.isLost { return lose(number, outcome) }
        if hadUnsent != connection.hasUnsent {
            watch(number, connection.hasUnsent ? [.input, .room] : .input)
        }
        guard let outcome else { return }
        var wasStopped = false
        if case .failure(let error) = outcome { wasStopped = error.sqlState == "57014" }
        perform(
            policy.answered(
                number, wasStopped: wasStopped,
                // A transaction left open would include the next request.
                remains: connection.connection.isIdle,
                at: monotonicMilliseconds(), chance: Self.chance),
            outcome: outcome)
    }

    private func lose(_ number: Int, _ outcome: Outcome?) {
        drop(number)
        perform(
            policy.lost(number, at: monotonicMilliseconds(), chance: Self.chance),
            outcome: outcome ?? .failure(PostgresError(.connection, "the connection was lost")))
    }

    private func drop(_ number: Int) {
        guard let connection = connections.removeValue(forKey: number) else { return }
        loop.unwatch(connection.registration)
    }

    private func end() {
        for closer in closers { closer.resume() }
        closers = []
    }

    /// Sets the timer for what is due next. A timer that is too early is left, because most
    /// deadlines pass unused.
    private func setTimer() {
        let due = policy.nextDue
        if let timer {
            if let due, timer.time <= due { return }
            if due == nil, !policy.hasEnded { return }
            loop.cancel(timer.handle)
            self.timer = nil
        }
        guard let due else { return }
        let now = monotonicMilliseconds()
        let handle = loop.schedule(after: max(0, due) - now) { [self] in
            timer = nil
            perform(policy.tick(at: monotonicMilliseconds(), chance: Self.chance))
        }
        timer = (handle, due)
    }
}
