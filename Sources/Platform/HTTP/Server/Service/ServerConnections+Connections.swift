import System

// Events.
extension ServerConnections {
    /// Accepts the waiting connections, up to a limit.
    func accept(on listener: Int32) {
        for _ in 0..<64 {
            let descriptor = Acceptance.next(on: listener)
            guard descriptor >= 0 else { return }
            let peer = PeerAddress.text(of: descriptor)
            if let refusal = refusal(to: peer) {
                ClosingResponse.send(refusesInJSON ? refusal.asAPIError : refusal, to: descriptor)
                ClosingResponse.close(descriptor)
                continue
            }
            lastNumber += 1
            let connection = Connection(lastNumber, descriptor, peer: peer, at: ServiceClock.now)
            connections[lastNumber] = connection
            if limits.connectionsPerAddress != nil { addresses[peer, default: 0] += 1 }
            watch(connection, .input)
        }
    }

    /// Returns the refusal of a connection above a limit.
    private func refusal(to peer: String) -> HTTPResponse? {
        if connections.count >= limits.connections {
            return .text(503, "Too many connections; try again.", fields: ["retry-after": "1"])
        }
        guard let limit = limits.connectionsPerAddress, addresses[peer, default: 0] >= limit else {
            return nil
        }
        return .text(
            429, "Too many connections from your address; try again.",
            fields: ["retry-after": "1"])
    }

    /// Handles an event on a connection.
    private func received(_ event: EventLoop.Event, on connection: Connection) {
        if event.isEnd { return drop(connection) }
        switch connection.phase {
        case .socket:
            if event.isRoom { flush(connection) }
            if event.isInput, connection.isOpen { receive(on: connection) }
        case .ending, .discarding:
            if !ClosingResponse.discardInput(of: connection.descriptor, atMost: 1 << 20) {
                drop(connection)
            }
        case .head, .body:
            if event.isInput { read(connection) }
        case .handler, .answer:
            if event.isRoom { advance(connection) }
            guard event.isFarewell, connection.isOpen, let interest = connection.interest else {
                return
            }
            // Reported only once. The next sweep acts on it, because a response may already be in
            // transit.
            connection.isAbandoned = true
            watch(connection, interest.subtracting(.farewell))
        }
    }
}

// Watching and closing connections.
extension ServerConnections {
    /// Watches for the given events from now on.
    func watch(_ connection: Connection, _ interest: EventLoop.Interest) {
        let interest = connection.isAbandoned ? interest.subtracting(.farewell) : interest
        guard connection.isOpen, connection.interest != interest else { return }
        if let registration = connection.registration {
            loop.change(registration, interest)
        } else {
            connection.registration = loop.watch(connection.descriptor, interest) { [self] event in
                received(event, on: connection)
            }
            guard connection.registration != nil else { return drop(connection) }
        }
        connection.interest = interest
    }

    /// Closes a connection whose data has all been sent.
    func end(_ connection: Connection) {
        ClosingResponse.endOutput(of: connection.descriptor)
        guard ClosingResponse.hasInput(connection.descriptor) else { return drop(connection) }
        connection.enter(.discarding, at: ServiceClock.now)
        watch(connection, .input)
    }

    /// Answers the current request with the last response of the connection, whatever its client is
    /// still sending.
    func refuse(_ connection: Connection, _ response: HTTPResponse) {
        connection.handling?.cancel()
        connection.handling = nil
        connection.head = nil
        connection.body = []
        connection.input = []
        ClosingResponse.send(
            refusesInJSON ? response.asAPIError : response, to: connection.descriptor)
        connection.enter(.discarding, at: ServiceClock.now)
        watch(connection, .input)
    }

    /// Closes a connection without sending anything.
    func drop(_ connection: Connection) {
        guard connection.isOpen else { return }
        connection.isOpen = false
        if let registration = connection.registration { loop.unwatch(registration) }
        connection.registration = nil
        ClosingResponse.close(connection.descriptor)
        connections[connection.number] = nil
        connection.outgoing = nil
        connection.input = []
        connection.handling?.cancel()
        connection.handling = nil
        connection.drained?.resume()
        connection.drained = nil
        closeSocket(of: connection)
        if limits.connectionsPerAddress != nil, let count = addresses[connection.peer] {
            addresses[connection.peer] = count > 1 ? count - 1 : nil
        }
    }
}
