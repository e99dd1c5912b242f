import CWebSockets
import Diagnostics
import Glibc

/// Everything that touches libwebsockets, on its thread.
///
/// The library calls back into the actor (`received`), which notes what is to be done on the
/// connection it concerns; handlers are the only thing awaited, and only they are concurrent.
actor ServiceLoop {
    nonisolated let thread = ServiceThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let limits: HTTPServerConfiguration.Limits
    let reader: RequestReader
    let writer: ResponseWriter
    private let endpoint: Endpoint
    private let handler: HTTPServer.Handler
    private var context: ServiceContext?
    private var isClosing = false
    /// Turns of the loop since something happened in one.
    ///
    /// libwebsockets 4.1 polls for input that it then leaves alone while an answer is under way, so
    /// that a client that sends on, or closes its side, would keep the loop turning without rest.
    private var idleTurns = 0
    private static let patience = 20
    /// Handlers at work.
    private var working = 0
    private var connections: [OpaquePointer: Connection] = [:]

    init(
        _ configuration: HTTPServerConfiguration, endpoint: Endpoint,
        handler: @escaping HTTPServer.Handler
    ) {
        limits = configuration.limits
        reader = RequestReader(fields: configuration.requestFields, limits: configuration.limits)
        writer = ResponseWriter(limits: configuration.limits)
        self.endpoint = endpoint
        self.handler = handler
    }

    /// The whole life of the server, on the thread that runs it.
    nonisolated func serve(
        onListening: @Sendable (ServerAddress) -> Void
    ) -> Result<Void, Diagnostic> {
        switch assumeIsolated({ $0.open() }) {
        case .success(let address): onListening(address)
        case .failure(let diagnostic): return .failure(diagnostic)
        }
        while !thread.isStopping { assumeIsolated { $0.turn() } }
        assumeIsolated { $0.startClosing() }
        while assumeIsolated({ $0.working > 0 }) { assumeIsolated { $0.turn() } }
        assumeIsolated { $0.close() }
        return .success(())
    }

    private func open() -> Result<ServerAddress, Diagnostic> {
        guard let context = ServiceContext(endpoint, limits: limits, owner: self) else {
            let failure = endpoint.bindFailure()
            return .failure(endpoint.diagnostic(for: failure, detail: ServiceLog.takeLast()))
        }
        self.context = context
        thread.wakes(context.pointer)
        return .success(ServerAddress(host: endpoint.address, port: context.port))
    }

    private func turn() {
        if thread.runJobs() { idleTurns = 0 }
        guard let context, !thread.isStopping || working > 0 else { return }
        lws_service(context.pointer, 0)
        idleTurns += 1
        if idleTurns > Self.patience { usleep(1000) }
    }

    private func startClosing() {
        isClosing = true
        for connection in connections.values { connection.handling?.cancel() }
    }

    private func close() {
        thread.wakes(nil)
        context?.destroy()
        context = nil
        thread.runJobs()
    }

    /// The connection of `wsi`, known from its first request on.
    private func connection(_ wsi: OpaquePointer) -> Connection {
        if let known = connections[wsi] { return known }
        let connection = Connection(wsi)
        connections[wsi] = connection
        return connection
    }
}

extension ServiceLoop {
    /// How often a client that waits for its handler is looked at, in microseconds.
    private static let glance: lws_usec_t = 250_000

    /// What libwebsockets calls, always on the loop's thread.
    static let callback:
        @convention(c) (
            OpaquePointer?, lws_callback_reasons, UnsafeMutableRawPointer?,
            UnsafeMutableRawPointer?, Int
        ) -> Int32 = { wsi, reason, _, input, length in
            guard let wsi, let context = lws_get_context(wsi), let owner = lws_context_user(context)
            else { return 0 }
            let loop = Unmanaged<ServiceLoop>.fromOpaque(owner).takeUnretainedValue()
            // The library calls on the loop's own thread: its pointers never leave it.
            nonisolated(unsafe) let event = (wsi: wsi, input: input)
            return loop.assumeIsolated { $0.received(reason, event.wsi, event.input, length) }
        }

    /// - Returns: what libwebsockets expects of the callback: 0, or -1 to close the connection.
    private func received(
        _ reason: lws_callback_reasons, _ wsi: OpaquePointer, _ input: UnsafeMutableRawPointer?,
        _ length: Int
    ) -> Int32 {
        if reason != LWS_CALLBACK_EVENT_WAIT_CANCELLED { idleTurns = 0 }
        switch reason {
        case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
            guard isClosing || connections.count >= limits.connections else { return 0 }
            writer.refuse(robbieblocks_lws_descriptor(input))
            return -1
        case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
            _ = connection(wsi)
            return 0
        case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
            // Where WebSocket will enter; there is no other protocol to change to yet.
            return refuse(
                connection(wsi), .text(501, "This server speaks HTTP/1.1 and no other protocol."))
        case LWS_CALLBACK_HTTP:
            return begin(connection(wsi))
        case LWS_CALLBACK_HTTP_BODY:
            return append(UnsafeRawBufferPointer(start: input, count: length), to: connection(wsi))
        case LWS_CALLBACK_HTTP_BODY_COMPLETION:
            return handle(connection(wsi))
        case LWS_CALLBACK_HTTP_WRITEABLE:
            return writer.advance(connection(wsi))
        case LWS_CALLBACK_TIMER:
            guard let connection = connections[wsi], connection.handling != nil else { return 0 }
            if connection.isAbandoned { return -1 }
            lws_set_timer_usecs(wsi, Self.glance)
            return 0
        case LWS_CALLBACK_CLOSED_HTTP, LWS_CALLBACK_WSI_DESTROY:
            guard let connection = connections.removeValue(forKey: wsi) else { return 0 }
            connection.isOpen = false
            connection.outgoing = nil
            connection.request = nil
            connection.handling?.cancel()
            return 0
        default:
            return 0
        }
    }

    private func begin(_ connection: Connection) -> Int32 {
        // One request a connection: what a client sends behind it is never read.
        guard connection.isFresh else { return -1 }
        connection.isFresh = false
        switch reader.read(connection.wsi) {
        case .refused(let response):
            return refuse(connection, response)
        case .complete(let request):
            connection.request = request
            return handle(connection)
        case .awaitingBody(let request):
            connection.request = request
            return 0
        }
    }

    private func refuse(_ connection: Connection, _ response: HTTPResponse) -> Int32 {
        connection.outgoing = .init(response, to: .get)
        return writer.advance(connection)
    }

    private func append(_ bytes: UnsafeRawBufferPointer, to connection: Connection) -> Int32 {
        guard let received = connection.request?.body.count else { return 0 }
        guard received + bytes.count <= limits.bodyBytes else { return -1 }
        connection.request?.body.append(contentsOf: bytes)
        return 0
    }

    private func handle(_ connection: Connection) -> Int32 {
        // Without a request, the end of a body is told again because more came behind it.
        guard let request = connection.request else { return -1 }
        connection.request = nil
        working += 1
        // Runs here and now up to the first suspension, which most handlers do not have.
        let task = Task.immediate {
            let response = await handler(request)
            working -= 1
            guard connection.isOpen else { return }
            connection.outgoing = .init(response, to: request.method)
            let hasWaited = connection.handling != nil
            connection.handling = nil
            follow(connection)
            if hasWaited { lws_callback_on_writable(connection.wsi) }
        }
        if connection.outgoing != nil { return writer.advance(connection) }
        connection.handling = task
        lws_set_timer_usecs(connection.wsi, Self.glance)
        lws_set_timeout(
            connection.wsi, PENDING_TIMEOUT_HTTP_CONTENT, Int32(limits.handlerSeconds))
        return 0
    }

    /// Takes what comes of an answer's stream, if it has one, until it or the connection ends.
    private func follow(_ connection: Connection) {
        guard let stream = connection.outgoing?.stream else { return }
        working += 1
        connection.handling = Task {
            for await bytes in stream where connection.isOpen && !bytes.isEmpty {
                connection.outgoing?.append(bytes)
                if connection.outgoing?.rest.count ?? 0 > limits.streamBytes {
                    // Not `break`, which would leave the stream's maker in the belief that it is read.
                    connection.handling?.cancel()
                }
                lws_callback_on_writable(connection.wsi)
            }
            working -= 1
            guard connection.isOpen else { return }
            connection.handling = nil
            connection.outgoing?.stream = nil
            if connection.outgoing?.rest.count ?? 0 > limits.streamBytes {
                // Its reader takes nothing, so that it would not be found writable either.
                connection.outgoing = nil
                lws_set_timeout(
                    connection.wsi, PENDING_TIMEOUT_HTTP_CONTENT, LWS_TO_KILL_ASYNC)
            } else {
                lws_callback_on_writable(connection.wsi)
            }
        }
        lws_set_timer_usecs(connection.wsi, Self.glance)
    }
}
