import System

extension ServiceLoop {
    /// A request is whole.
    func handle(_ request: HTTPRequest, on connection: Connection, mayStay: Bool) {
        connection.enter(.handler, at: ServiceClock.now)
        working += 1
        // Runs here and now up to the first suspension, which most handlers do not have.
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

    /// Begins to send an answer.
    func give(
        _ response: HTTPResponse, to request: HTTPRequest, on connection: Connection, mayStay: Bool
    ) {
        connection.enter(.answer, at: ServiceClock.now)
        connection.outgoing = OutgoingResponse(
            response, to: request.method, mayStay: mayStay && !isClosing)
        advance(connection)
    }

    /// Sends the next part of an answer.
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

    /// Lets the next request come.
    private func awaitNext(on connection: Connection) {
        connection.isUsed = true
        connection.progress = nil
        connection.enter(.head, at: ServiceClock.now)
        watch(connection, .input)
        // What came behind the last request is read when others have had their turn.
        if !connection.input.isEmpty { Task { proceed(with: connection) } }
    }

    /// Sends what comes of an answer's stream, until it or the connection ends.
    ///
    /// The next part is asked for when the last is on its way. Most are sent here and now, without a
    /// turn of the loop between: a part costs one call of the system.
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
                        // Not left by `break`, which would leave the stream's maker in the belief
                        // that it is read.
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

    /// In one step, since room that is made between looking and waiting would not be noticed.
    private func waitUntilTaken(
        _ stream: CheckedContinuation<Void, Never>, on connection: Connection
    ) {
        guard let outgoing = connection.outgoing, !outgoing.isTaken else { return stream.resume() }
        connection.drained = stream
    }

    /// How much of a stream is sent in a row before others have their turn, in bytes.
    private static let streamTurn = 64 << 10
}
