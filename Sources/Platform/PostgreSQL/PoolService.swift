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
    private nonisolated let lastRequest = Atomic(0)
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
    ///
    /// The task waits where it is instead of entering the actor, so that it goes on as soon as the
    /// rows have arrived, while the loop handles other connections.
    nonisolated func run(_ queries: [Query]) async -> Outcome {
        let number = lastRequest.wrappingAdd(1, ordering: .relaxed).newValue
        let cancellation = CancellationFlag()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.run(for: self) { pool in
                    pool.requests[number] = Request(queries: queries, continuation: continuation)
                    // The loop may have been told of the cancellation before.
                    let isCancelled = cancellation.isSet.load(ordering: .sequentiallyConsistent)
                    pool.perform(
                        pool.policy.submit(
                            number, isCancelled: isCancelled, at: monotonicMilliseconds()))
                }
            }
        } onCancel: {
            cancellation.isSet.store(true, ordering: .sequentiallyConsistent)
            loop.run(for: self) { pool in
                pool.perform(pool.policy.cancel(number, at: monotonicMilliseconds()))
            }
        }
    }

    /// Whether the task of a request was cancelled.
    private final class CancellationFlag: Sendable {
        let isSet = Atomic(false)
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

    private func adopt(_ made: Connection) throws(PostgresError) {
        lastConnection += 1
        let connection = PoolConnection(made, number: lastConnection)
        connection.registration = loop.watch(made.socket, .input) { [self] _ in
            advance(connection)
        }
        guard connection.registration != nil else {
            throw PostgresError(.connection, "the system cannot wait for one more connection")
        }
        connections[connection.number] = connection
        perform(policy.connected(connection.number, at: monotonicMilliseconds()))
    }

    private func begin(_ request: Int, on number: Int) {
        guard let queries = requests[request]?.queries, let connection = connections[number]
        else { return }
        do throws(PostgresError) {
            try connection.begin(queries)
            if connection.hasUnsent { watch(connection, [.input, .room]) }
        } catch {
            lose(connection, .failure(error))
        }
    }

    private func watch(_ connection: PoolConnection, _ interest: EventLoop.Interest) {
        if let registration = connection.registration { loop.change(registration, interest) }
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
    private func advance(_ connection: PoolConnection) {
        let hadUnsent = connection.hasUnsent
        let outcome = connection.advance()
        if connection.isLost { return lose(connection, outcome) }
        if hadUnsent != connection.hasUnsent {
            watch(connection, connection.hasUnsent ? [.input, .room] : .input)
        }
        guard let outcome else { return }
        var wasStopped = false
        if case .failure(let error) = outcome { wasStopped = error.sqlState == "57014" }
        perform(
            policy.answered(
                connection.number, wasStopped: wasStopped,
                // A transaction left open would include the next request.
                remains: connection.connection.isIdle,
                at: monotonicMilliseconds(), chance: Self.chance),
            outcome: outcome)
    }

    private func lose(_ connection: PoolConnection, _ outcome: Outcome?) {
        drop(connection.number)
        perform(
            policy.lost(connection.number, at: monotonicMilliseconds(), chance: Self.chance),
            outcome: outcome ?? .failure(PostgresError(.connection, "the connection was lost")))
    }

    private func drop(_ number: Int) {
        guard let connection = connections.removeValue(forKey: number) else { return }
        if let registration = connection.registration { loop.unwatch(registration) }
        connection.registration = nil
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
