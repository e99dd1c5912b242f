import CLinux
import System

extension ServerConnections {
    /// The interval at which connections are checked, in milliseconds.
    ///
    /// All connections are checked each time, in a fraction of a microsecond each. Timers per
    /// connection would have to be moved with each part sent.
    static let sweepInterval = 250
    /// Milliseconds that a refused client has to read the response.
    private static let parting = 2000

    /// Enforces the limits of every connection.
    func sweep() {
        let now = ServiceClock.now
        for connection in connections.values {
            let age = now - connection.since
            switch connection.phase {
            case .head: checkHead(of: connection, at: now)
            case .body:
                if age > limits.bodySeconds * 1000 {
                    refuse(connection, .text(408, "The request's body took too long."))
                }
            case .handler:
                if connection.isAbandoned {
                    drop(connection)
                } else if age > limits.handlerSeconds * 1000 {
                    refuse(connection, .text(503, "The answer took too long."))
                }
            case .answer:
                if connection.isAbandoned && connection.outgoing?.stream != nil
                    || isTooSlow(connection, at: now)
                {
                    drop(connection)
                }
            case .socket:
                if isTooSlow(connection, at: now) {
                    drop(connection)
                } else {
                    checkLife(of: connection, at: now)
                }
            case .ending, .discarding:
                if age > Self.parting { drop(connection) }
            }
        }
    }

    private func checkHead(of connection: Connection, at now: Int) {
        let age = now - connection.since
        guard connection.input.isEmpty else {
            if age > limits.headerSeconds * 1000 {
                refuse(connection, .text(408, "The request's line and fields took too long."))
            }
            return
        }
        // Browsers and proxies open connections before they need them and keep used ones; these are
        // closed without a response.
        let seconds = connection.isUsed ? limits.idleSeconds : limits.headerSeconds
        if age > seconds * 1000 { drop(connection) }
    }

    /// Whether the peer has taken too little of the available data over the whole window.
    private func isTooSlow(_ connection: Connection, at now: Int) -> Bool {
        guard
            connection.interest?.contains(.room) == true
                || robbieblocks_untaken(connection.descriptor) > 0
        else {
            connection.progress = nil
            return false
        }
        let taken = robbieblocks_taken(connection.descriptor)
        guard let progress = connection.progress else {
            connection.progress = Connection.Progress(since: now, taken: taken)
            return false
        }
        guard now - progress.since >= limits.idleSeconds * 1000 else { return false }
        connection.progress = Connection.Progress(since: now, taken: taken)
        return taken - progress.taken
            < UInt64(max(1, limits.readerBytesPerSecond * limits.idleSeconds))
    }

    /// Pings a peer that has been silent for half the limit, and disconnects one that does not
    /// answer within the other half.
    private func checkLife(of connection: Connection, at now: Int) {
        // While the handler reads no messages, pongs are not read either.
        guard let state = connection.socket, connection.interest?.contains(.input) == true else {
            connection.socket?.heard = now
            connection.socket?.pinged = nil
            return
        }
        let half = limits.idleSeconds * 500
        if let pinged = state.pinged {
            if now - pinged > half { drop(connection) }
        } else if now - state.heard > half, state.backlog == 0 {
            connection.socket?.pinged = now
            push(WebSocketFrames.ping, to: connection)
        }
    }
}
