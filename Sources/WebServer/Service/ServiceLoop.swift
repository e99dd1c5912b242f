import CWebSockets
import Diagnostics
import Glibc
import SystemSupport

/// Everything that touches libwebsockets and connections, on one thread.
///
/// libwebsockets turns the loop and parses the heads of requests. Connections are the loop's own: it
/// accepts them, reads requests up to their ends and no further, writes answers and WebSocket frames,
/// and holds each to its limits. Handlers are the only thing awaited, and only they are concurrent.
actor ServiceLoop {
    nonisolated let thread = ServiceThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let limits: HTTPServerConfiguration.Limits
    let refusesInJSON: Bool
    let reader: RequestReader
    let handler: HTTPServer.Handler
    let webSocket: HTTPServer.WebSocketHandler?
    private let endpoint: Endpoint
    var context: ServiceContext?
    /// Whether new connections are turned away, because the server is about to end.
    private(set) var isClosing = false
    /// The listening socket.
    private(set) var listener: Int32?
    static let listenerNumber: UInt64 = 0
    /// Handlers and streams at work.
    var working = 0
    var connections: [UInt64: Connection] = [:]
    /// The head that is being parsed, while it is, and what it was found to be.
    var parsing: (head: ArraySlice<UInt8>, peer: String)?
    var parsed: Result<RequestReader.Head, RequestReader.Refusal>?
    /// Connections by their peers' addresses, when there is a limit on them.
    var addresses: [String: Int] = [:]
    /// Of connections; 0 is the listening socket.
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

    /// The whole life of the server, on the thread that runs it.
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
        while ServiceClock.now < deadline, assumeIsolated({ $0.isAnswering }) {
            assumeIsolated { $0.turn() }
        }
        assumeIsolated { $0.startClosing() }
        while assumeIsolated({ $0.isAtWork }) { assumeIsolated { $0.turn() } }
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
            let context = ServiceContext(limits: limits, poll: poll, owner: self),
            poll.add(listening.descriptor, .input, number: Self.listenerNumber)
        else {
            LastWord.close(listening.descriptor)
            return .failure(
                Diagnostic(
                    .fileSystem,
                    "the server could not start: \(ServiceLog.takeLast() ?? "no memory is left")"))
        }
        self.context = context
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

    private func turn() {
        thread.runJobs()
        guard let context, isAtWork else { return }
        lws_service(context.pointer, 0)
    }

    private var isAtWork: Bool { working > 0 || isSweeping }

    /// Whether anybody is being answered.
    private var isAnswering: Bool {
        working > 0 || connections.values.contains { $0.phase == .answer }
    }

    private func startDraining() {
        isClosing = true
        // The system refuses new connections from here on.
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
        context?.destroy()
        context = nil
    }
}
