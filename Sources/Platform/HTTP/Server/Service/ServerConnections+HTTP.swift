import System

extension ServerConnections {
    /// Handles a complete request.
    func handle(_ request: HTTPRequest, on connection: Connection, mayStay: Bool) {
        connection.enter(.handler, at: ServiceClock.now)
        working += 1
        // Runs synchronously up to the first suspension, which most handlers do not have.
        let task = Task.immediate {
            let response = await handler(request)
            working -= 1
            guard connection.isOpen, connection.phase == .handler else { return }
            connection.handling = nil
            give(response, to: request, on: connection, mayStay: mayStay)
        }
        guard connection.isOpen, connection.phase == .handler else { return }
        connection.handling = task
        watch(connection, .farewell)
    }

    /// Begins to send a response.
    func give(
        _ response: HTTPResponse, to request: HTTPRequest, on connection: Connection, mayStay: Bool
    ) {
        connection.enter(.answer, at: ServiceClock.now)
        connection.outgoing = OutgoingResponse(
            response, to: request.method, mayStay: mayStay && !isClosing)
        advance(connection)
    }

    /// Sends the next part of a response.
    func advance(_ connection: Connection) {
        switch connection.outgoing?.advance(on: connection.descriptor) {
        case .blocked?:
            watch(connection, [.room, .farewell])
        case .taken?:
            watch(connection, .farewell)
            if connection.handling == nil { follow(connection) }
            connection.drained?.resume()
            connection.drained = nil
        case .done?:
            let isLast = connection.outgoing?.isLast ?? true
            connection.outgoing = nil
            if isLast { end(connection) } else { awaitNext(on: connection) }
        case .failed?:
            drop(connection)
        case nil:
            watch(connection, .farewell)
        }
    }

    /// Waits for the next request.
    private func awaitNext(on connection: Connection) {
        connection.isUsed = true
        connection.progress = nil
        connection.enter(.head, at: ServiceClock.now)
        watch(connection, .input)
        // Input after the last request is read after other connections have had their turn.
        if !connection.input.isEmpty { Task { proceed(with: connection) } }
    }

    /// Sends the parts of a response's stream, until the stream or the connection ends.
    ///
    /// The next part is requested when the last has been sent. Most parts are sent immediately,
    /// without a turn of the loop in between, so a part costs one system call.
    private func follow(_ connection: Connection) {
        guard let stream = connection.outgoing?.stream else { return }
        working += 1
        connection.handling = Task {
            var sent = 0
            for await bytes in stream where connection.isOpen && !bytes.isEmpty {
                connection.outgoing?.append(bytes)
                sent += bytes.count
                if sent < Self.streamTurn {
                    switch connection.outgoing?.advance(on: connection.descriptor) {
                    case .blocked?: break
                    case .taken?, .done?: continue
                    case .failed?, nil:
                        // Does not `break`, because the stream's producer would then believe that
                        // it is still read.
                        drop(connection)
                        continue
                    }
                }
                sent = 0
                watch(connection, [.room, .farewell])
                await withCheckedContinuation { waitUntilTaken($0, on: connection) }
            }
            working -= 1
            guard connection.isOpen else { return }
            connection.outgoing?.stream = nil
            advance(connection)
        }
    }

    /// Checks and waits in one step, because room made in between would not be noticed.
    private func waitUntilTaken(
        _ stream: CheckedContinuation<Void, Never>, on connection: Connection
    ) {
        guard let outgoing = connection.outgoing, !outgoing.isTaken else { return stream.resume() }
        connection.drained = stream
    }

    /// The bytes of a stream sent in a row before other connections get their turn.
    private static let streamTurn = 64 << 10
}
