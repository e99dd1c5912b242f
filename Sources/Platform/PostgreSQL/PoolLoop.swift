import Glibc
import System

/// Serves all connections of a pool on a thread of its own.
actor PoolLoop {
    private let executor = ThreadExecutor(name: "rb-pool")
    private let settings: ConnectionPool.Settings
    private let queue: PoolQueue
    private let connector: PoolConnector
    private var connections: [PoolConnection] = []
    private var count = 0
    private var pause = ReconnectPause()
    private var isConnecting = false
    /// The time of the next connection attempt, by the monotonic clock.
    private var nextAttempt = Int.min

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(settings: ConnectionPool.Settings, queue: PoolQueue, connector: PoolConnector) {
        self.settings = settings
        self.queue = queue
        self.connector = connector
    }

    func run() {
        while true {
            for mail in queue.takeMail() { take(mail) }
            stopWhatIsLate()
            let nextRefusal = queue.refuse(
                before: monotonicMilliseconds() - settings.acquireDeadline,
                waiting: settings.acquireDeadline)
            beginWhatWaits()
            dropLost()
            connectMissing()
            let isAtRest = connections.allSatisfy(\.isFree)
            if queue.isClosed, isAtRest, nextRefusal == nil { break }
            sleep(nextRefusal: nextRefusal)
        }
        connections = []
        queue.end()
    }

    private func take(_ mail: PoolQueue.Mail) {
        switch mail {
        case .cancel(let request):
            if let waiting = queue.remove(request) {
                waiting.finish(.failure(PostgresError(.cancelled, "the task was cancelled")))
            } else if let index = connections.firstIndex(where: { $0.isServing(request) }) {
                send(connections[index].stop(.cancelled), connection: connections[index].number)
            }
        case .made(let made):
            isConnecting = false
            connections.append(PoolConnection(made.connection, number: count))
            count += 1
            queue.become(.open)
        case .failed(let error):
            isConnecting = false
            nextAttempt = monotonicMilliseconds() + pause.next(chance: .random(in: 0...1))
            if connections.isEmpty { queue.become(.down(error)) }
        case .cancelled(let number):
            guard let index = connections.firstIndex(where: { $0.number == number }) else { return }
            connections[index].cancellationArrived()
        }
    }

    private func send(_ cancellation: Cancellation, connection: Int) {
        let connector = connector
        Task { await connector.send(cancellation, connection: connection) }
    }

    private func stopWhatIsLate() {
        let now = monotonicMilliseconds()
        for index in connections.indices {
            if let cancellation = connections[index].takeDue(
                at: now, deadline: settings.statementDeadline)
            {
                send(cancellation, connection: connections[index].number)
            }
        }
    }

    private func beginWhatWaits() {
        while true {
            let free = connections.indices.filter { connections[$0].isFree }
            let requests = queue.take(free.count)
            if requests.isEmpty { return }
            for (index, request) in zip(free, requests) {
                if request.isCancelled {
                    request.finish(.failure(PostgresError(.cancelled, "the task was cancelled")))
                } else {
                    connections[index].begin(request, deadline: settings.statementDeadline)
                }
            }
        }
    }

    private func dropLost() {
        guard connections.contains(where: \.isLost) else { return }
        var hasAnswered = false
        for index in connections.indices where connections[index].isLost {
            connections[index].lose()
            if connections[index].hasAnswered { hasAnswered = true }
        }
        connections.removeAll(where: \.isLost)
        // A server that accepts connections and drops them should not be retried quickly.
        if hasAnswered {
            pause.reset()
        } else {
            nextAttempt = monotonicMilliseconds() + pause.next(chance: .random(in: 0...1))
        }
        if connections.isEmpty { queue.become(.connecting) }
    }

    private func connectMissing() {
        guard !isConnecting, connections.count < settings.size, !queue.isClosed,
            monotonicMilliseconds() >= nextAttempt
        else { return }
        isConnecting = true
        let connector = connector
        Task { await connector.connect() }
    }

    private func sleep(nextRefusal: Int?) {
        guard queue.fallAsleep(hasFreeConnection: connections.contains(where: \.isFree)) else {
            return
        }
        defer { queue.wakeUp() }
        var due = connections.compactMap(\.deadline)
        if let nextRefusal { due.append(nextRefusal + settings.acquireDeadline) }
        if !isConnecting, connections.count < settings.size, !queue.isClosed {
            due.append(nextAttempt)
        }
        var polls = [pollfd(fd: queue.wake.descriptor, events: Int16(POLLIN), revents: 0)]
        for connection in connections { polls.append(connection.pollDescriptor) }
        var timeout = due.min().map { max(0, $0 - monotonicMilliseconds()) }
        // Without a descriptor of its own the thread checks for new requests at intervals.
        if queue.wake.descriptor < 0 { timeout = min(timeout ?? 100, 100) }
        guard poll(&polls, nfds_t(polls.count), timeout.map { Int32(clamping: $0) } ?? -1) > 0
        else { return }
        for index in connections.indices where polls[index + 1].revents != 0 {
            connections[index].advance()
        }
    }
}
