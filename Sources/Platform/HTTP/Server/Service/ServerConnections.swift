import Core
import Glibc
import System

/// Handles all connections of a server on one thread.
///
/// It accepts connections, reads requests up to their ends and no further, writes responses and
/// WebSocket frames, and enforces the limits of each connection. Handlers are the only thing
/// awaited, and only they are concurrent.
actor ServiceLoop {
    nonisolated let thread = ServiceThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let limits: HTTPServerConfiguration.Limits
    let refusesInJSON: Bool
    let reader: RequestReader
    let handler: HTTPServer.Handler
    let webSocket: HTTPServer.WebSocketHandler?
    private let endpoint: Endpoint
    /// Whether new connections are refused because the server is stopping.
    private(set) var isClosing = false
    /// The listening socket.
    private(set) var listener: Int32?
    static let listenerNumber: UInt64 = 0
    /// The number of running handlers and streams.
    var working = 0
    var connections: [UInt64: Connection] = [:]
    /// The number of connections by peer address, when it is limited.
    var addresses: [String: Int] = [:]
    /// The last number given to a connection; 0 is the listening socket.
    var lastNumber = listenerNumber
    private var sweeper: Task<Void, Never>?
    private var isSweeping = false

    init(
        _ configuration: HTTPServerConfiguration, endpoint: Endpoint,
        webSocket: HTTPServer.WebSocketHandler?, handler: @escaping HTTPServer.Handler
    ) {
        limits = configuration.limits
        refusesInJSON = configuration.refusesInJSON
        reader = RequestReader(fields: configuration.requestFields, limits: configuration.limits)
        self.endpoint = endpoint
        self.webSocket = webSocket
        self.handler = handler
    }

    /// Runs the server from start to end, on the thread that calls it.
    nonisolated func serve(
        onListening: @Sendable (ServerAddress) -> Void
    ) -> Result<Void, Diagnostic> {
        defer { thread.end() }
        switch assumeIsolated({ $0.open() }) {
        case .success(let address): onListening(address)
        case .failure(let diagnostic): return .failure(diagnostic)
        }
        while !thread.isStopping { assumeIsolated { $0.turn() } }
        assumeIsolated { $0.startDraining() }
        let deadline = ServiceClock.now + limits.drainSeconds * 1000
        // Pending input is read before checking whether any requests remain.
        if limits.drainSeconds > 0 { assumeIsolated { $0.turn(milliseconds: 0) } }
        while ServiceClock.now < deadline, assumeIsolated({ $0.isAnswering }) {
            assumeIsolated { $0.turn() }
        }
        assumeIsolated { $0.startClosing() }
        // A handler that ignores its cancellation is abandoned: its result is processed on the
        // handler's thread and finds the connection closed.
        let last = ServiceClock.now + limits.cancellationSeconds * 1000
        while ServiceClock.now < last, assumeIsolated({ $0.isAtWork }) {
            assumeIsolated { $0.turn(milliseconds: 100) }
        }
        assumeIsolated { $0.close() }
        return .success(())
    }

    private func open() -> Result<ServerAddress, Diagnostic> {
        let listening: (descriptor: Int32, port: Int)
        switch endpoint.listen() {
        case .success(let value): listening = value
        case .failure(let diagnostic): return .failure(diagnostic)
        }
        guard let poll = thread.poll,
            poll.add(listening.descriptor, .input, number: Self.listenerNumber)
        else {
            LastWord.close(listening.descriptor)
            return .failure(
                Diagnostic(
                    .fileSystem, "the server could not start: the system has no descriptor left",
                    hint: "raise the limit on open files (ulimit -n)"))
        }
        listener = listening.descriptor
        isSweeping = true
        sweeper = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(Self.sweepInterval))
                sweep()
            }
            isSweeping = false
        }
        return .success(ServerAddress(host: endpoint.address, port: listening.port))
    }

    /// - Parameter milliseconds: the longest sleep; -1 until an event occurs.
    private func turn(milliseconds: Int = -1) {
        thread.runJobs()
        guard isAtWork else { return }
        // The wake-up comes when there are jobs, including the sweep.
        thread.poll?.wait(milliseconds: milliseconds) { event in
            if event.number == Self.listenerNumber { accept() } else { received(event) }
        }
    }

    private var isAtWork: Bool { working > 0 || isSweeping }

    /// Milliseconds within which more of a request must arrive after the port is closed. A client that
    /// sends half a request and falls silent would delay every restart otherwise.
    private static let lastRequests = 500

    /// Whether a response is being sent or a request is about to arrive.
    private var isAnswering: Bool {
        working > 0 || connections.values.contains { $0.phase == .answer || isExpected($0) }
    }

    /// Whether a request is on its way on a connection whose client would not know to ask again.
    private func isExpected(_ connection: Connection) -> Bool {
        guard ServiceClock.now < connection.heard + Self.lastRequests else { return false }
        return switch connection.phase {
        case .head: !connection.isUsed || !connection.input.isEmpty
        case .body: true
        default: false
        }
    }

    private func startDraining() {
        isClosing = true
        // From here on the system refuses new connections, unless another process also holds the
        // socket: then they wait for the next server.
        if let listener { LastWord.close(listener) }
        listener = nil
        for connection in connections.values { endInput(of: connection) }
    }

    private func startClosing() {
        sweeper?.cancel()
        for connection in connections.values { connection.handling?.cancel() }
    }

    private func close() {
        for connection in connections.values { drop(connection) }
    }
}
