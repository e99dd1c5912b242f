import Core
import System

/// Handles all connections of a server on one event loop.
///
/// It accepts connections, reads requests up to their ends and no further, writes responses and
/// WebSocket frames, and enforces the limits of each connection. Handlers are the only thing
/// awaited, and only they are concurrent.
actor ServerConnections {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let limits: HTTPServerConfiguration.Limits
    let refusesInJSON: Bool
    let reader: RequestReader
    let handler: HTTPServer.Handler
    let webSocket: HTTPServer.WebSocketHandler?
    private let endpoint: Endpoint
    /// Whether new connections are refused because the server is stopping.
    private(set) var isClosing = false
    /// The listening socket.
    private var listener: EventLoop.Registration?
    /// The number of running handlers and streams.
    var working = 0
    var connections: [UInt64: Connection] = [:]
    /// The number of connections by peer address, when it is limited.
    var addresses: [String: Int] = [:]
    /// The last number given to a connection.
    var lastNumber: UInt64 = 0
    private var sweeper: EventLoop.Timer?
    private var isStopping = false
    /// `serve`, waiting to be stopped.
    private var server: CheckedContinuation<Void, Never>?

    init(
        _ configuration: HTTPServerConfiguration, endpoint: Endpoint,
        webSocket: HTTPServer.WebSocketHandler?, handler: @escaping HTTPServer.Handler,
        loop: EventLoop
    ) {
        self.loop = loop
        limits = configuration.limits
        refusesInJSON = configuration.refusesInJSON
        reader = RequestReader(fields: configuration.requestFields, limits: configuration.limits)
        self.endpoint = endpoint
        self.webSocket = webSocket
        self.handler = handler
    }

    /// Runs the server from start to end.
    func serve(
        onListening: @escaping @Sendable (ServerAddress) -> Void
    ) async throws(Diagnostic) {
        onListening(try open())
        if !isStopping { await withCheckedContinuation { server = $0 } }
        startDraining()
        let deadline = ServiceClock.now + limits.drainSeconds * 1000
        // Pending input is read before checking whether any requests remain.
        if limits.drainSeconds > 0 { await pause(milliseconds: 0) }
        while ServiceClock.now < deadline, isAnswering { await pause(milliseconds: 5) }
        for connection in connections.values { connection.handling?.cancel() }
        // A handler that ignores its cancellation is abandoned: its result finds the connection
        // closed. The loop ends with the last handler.
        let last = ServiceClock.now + limits.cancellationSeconds * 1000
        while ServiceClock.now < last, working > 0 { await pause(milliseconds: 5) }
        if let sweeper { loop.cancel(sweeper) }
        for connection in connections.values { drop(connection) }
    }

    /// Ends `serve`.
    func stop() {
        isStopping = true
        server?.resume()
        server = nil
    }

    private func open() throws(Diagnostic) -> ServerAddress {
        let listening = try endpoint.listen().get()
        listener = loop.watch(listening.descriptor, .input) { [self] _ in
            accept(on: listening.descriptor)
        }
        guard listener != nil else {
            ClosingResponse.close(listening.descriptor)
            throw Self.noDescriptor
        }
        setSweeper()
        return ServerAddress(host: endpoint.address, port: listening.port)
    }

    private static let noDescriptor = Diagnostic(
        .fileSystem, "the server could not start: the system has no descriptor left",
        hint: "raise the limit on open files (ulimit -n)")

    /// The diagnostic for a server without an event loop.
    static func cannotStart(_ error: SystemError) -> Diagnostic {
        error.isOutOfDescriptors
            ? noDescriptor
            : Diagnostic(
                .fileSystem, "the server could not start its thread",
                hint: "raise the limit on processes (ulimit -u)")
    }

    private func setSweeper() {
        sweeper = loop.schedule(after: Self.sweepInterval) { [self] in
            sweep()
            setSweeper()
        }
    }

    /// Lets other work and at least one wait for descriptors go first.
    private func pause(milliseconds: Int) async {
        await withCheckedContinuation { pause in
            loop.schedule(after: milliseconds) { pause.resume() }
        }
    }

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
        if let listener {
            loop.unwatch(listener)
            ClosingResponse.close(listener.descriptor)
        }
        listener = nil
        for connection in connections.values { endInput(of: connection) }
    }
}
