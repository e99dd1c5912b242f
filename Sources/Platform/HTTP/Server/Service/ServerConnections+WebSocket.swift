import Glibc
import System

// WebSockets, from the request to the end of the connection.
extension ServerConnections {
    /// The number of messages that may wait for a handler before reading is paused.
    private static let inboxMessages = 16
    /// The bytes read at a time.
    private static let readBytes = 16 << 10

    /// Handles a complete request for a WebSocket.
    func open(_ head: RequestReader.Head, on connection: Connection) {
        guard let webSocket else {
            return refuse(
                connection, .text(501, "This server speaks HTTP/1.1 and no other protocol here."))
        }
        if let refusal = WebSocketHandshake.refusal(of: head) {
            return refuse(connection, refusal)
        }
        decide(connection, head.request, head.key ?? "", by: webSocket)
    }

    private func decide(
        _ connection: Connection, _ request: HTTPRequest, _ key: String,
        by webSocket: @escaping HTTPServer.WebSocketHandler
    ) {
        connection.enter(.handler, at: ServiceClock.now)
        working += 1
        let task = Task.immediate {
            let reply = await webSocket(request)
            defer { working -= 1 }
            guard connection.isOpen, connection.phase == .handler else { return }
            switch reply {
            case .refuse(let response):
                refuse(connection, response)
            case .accept(let fields, let run):
                let now = ServiceClock.now
                connection.enter(.socket, at: now)
                connection.socket = SocketState(
                    messageBytes: limits.webSocketMessageBytes, heard: now)
                watch(connection, [.input, .farewell])
                push(WebSocketHandshake.answer(to: key, fields: fields), to: connection)
                if isClosing { endInput(of: connection) }
                // The bytes that the client sent without waiting for the handshake.
                let ahead = connection.input
                connection.input = []
                if !ahead.isEmpty { take(ahead, on: connection) }
                await run(WebSocket(connection.number, of: self))
                beginClosing(connection, code: isClosing ? 1001 : 1000, reason: "")
            }
        }
        guard connection.isOpen, connection.phase == .handler || connection.phase == .socket
        else { return }
        connection.handling = task
        if connection.phase == .handler { watch(connection, .farewell) }
    }

    /// Reads the input of a WebSocket.
    func receive(on connection: Connection) {
        var bytes: [UInt8] = []
        guard bytes.append(from: connection.descriptor, atMost: Self.readBytes) else {
            return drop(connection)
        }
        take(bytes, on: connection)
    }

    private func take(_ bytes: [UInt8], on connection: Connection) {
        connection.socket?.heard = ServiceClock.now
        connection.socket?.pinged = nil
        do throws(WebSocketFrames.Violation) {
            let events = try connection.socket?.frames.take(bytes) ?? []
            for event in events where connection.phase == .socket { take(event, on: connection) }
        } catch {
            sayGoodbye(connection, code: error.code, reason: error.reason)
        }
    }

    private func take(_ event: WebSocketFrames.Event, on connection: Connection) {
        switch event {
        case .message(let text): deliver(text, to: connection)
        case .ping(let payload):
            // A peer that pings without reading gets no further pong.
            if connection.socket?.backlog == 0 {
                push(WebSocketFrames.pong(payload), to: connection)
            }
        case .pong: break
        case .close(let code): sayGoodbye(connection, code: code, reason: "")
        }
    }

    private func deliver(_ message: String, to connection: Connection) {
        guard let state = connection.socket, !state.hasEndedInput else { return }
        if let reader = state.reader {
            connection.socket?.reader = nil
            return reader.resume(returning: message)
        }
        connection.socket?.inbox.append(message)
        connection.socket?.inboxBytes += message.utf8.count
        watchSocket(connection)
    }

    /// Watches for input while the handler takes messages, and for room while there is data to
    /// send.
    private func watchSocket(_ connection: Connection) {
        guard let state = connection.socket, connection.phase == .socket else { return }
        let isFull =
            state.inbox.count >= Self.inboxMessages
            || state.inboxBytes >= limits.webSocketMessageBytes
        // A peer that closed in the middle of a message is noticed only by reading.
        var interest: EventLoop.Interest = isFull ? [] : .input
        if state.backlog > 0 { interest.insert(.room) }
        watch(connection, interest)
    }

    /// Sends a frame, or as much of it as can be sent now.
    func push(_ frame: [UInt8], to connection: Connection) {
        guard connection.socket != nil else { return }
        var sent = 0
        if connection.socket?.backlog == 0 {
            sent = transmit(frame[...], to: connection)
            if sent < 0 { return drop(connection) }
            if sent == frame.count { return }
        }
        connection.socket?.outbox += frame[sent...]
        watchSocket(connection)
    }

    /// - Returns: the number of bytes that the system accepted; -1 when the connection is gone.
    private func transmit(_ bytes: ArraySlice<UInt8>, to connection: Connection) -> Int {
        let count = bytes.withUnsafeBytes {
            Glibc.send(
                connection.descriptor, $0.baseAddress, $0.count,
                Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : count
    }

    /// Sends the waiting frames after the peer has taken earlier ones.
    func flush(_ connection: Connection) {
        guard let state = connection.socket else { return }
        let count = transmit(state.outbox[state.sent...], to: connection)
        if count < 0 { return drop(connection) }
        connection.socket?.sent += count
        if state.sent + count == state.outbox.count {
            connection.socket?.outbox = []
            connection.socket?.sent = 0
        } else if state.sent + count > limits.webSocketBacklogBytes {
            connection.socket?.outbox.removeFirst(state.sent + count)
            connection.socket?.sent = 0
        }
        let backlog = state.backlog - count
        if backlog < limits.webSocketBacklogBytes, !state.senders.isEmpty {
            connection.socket?.senders = []
            for sender in state.senders { sender.resume() }
        }
        if backlog == 0, let closing = state.closing {
            sayGoodbye(connection, code: closing.code, reason: closing.reason)
        } else {
            watchSocket(connection)
        }
    }

    /// Closes the connection after everything has been sent.
    private func beginClosing(_ connection: Connection, code: Int, reason: String) {
        guard connection.isOpen, let state = connection.socket, state.closing == nil else { return }
        endInput(of: connection)
        if state.backlog == 0 {
            sayGoodbye(connection, code: code, reason: reason)
        } else {
            connection.socket?.closing = (code, reason)
        }
    }

    /// Closes the connection at once.
    private func sayGoodbye(_ connection: Connection, code: Int, reason: String) {
        guard connection.isOpen, connection.phase == .socket else { return }
        let frame = WebSocketFrames.close(code, reason)
        if connection.socket?.backlog == 0 { _ = transmit(frame[...], to: connection) }
        connection.enter(.ending, at: ServiceClock.now)
        closeSocket(of: connection)
        ClosingResponse.endOutput(of: connection.descriptor)
        watch(connection, .input)
    }

    /// Resumes all tasks that wait on the socket.
    func closeSocket(of connection: Connection) {
        guard let state = connection.socket else { return }
        connection.socket = nil
        state.reader?.resume(returning: nil)
        for sender in state.senders { sender.resume() }
        connection.handling?.cancel()
        connection.handling = nil
    }

    /// Gives the handler no more messages.
    func endInput(of connection: Connection) {
        guard connection.socket?.hasEndedInput == false else { return }
        connection.socket?.hasEndedInput = true
        let reader = connection.socket?.reader
        connection.socket?.reader = nil
        reader?.resume(returning: nil)
    }
}

// The operations of a `WebSocket`, called from any task.
extension ServerConnections {
    func nextMessage(of number: UInt64) async -> String? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { giveNextMessage(of: number, to: $0) }
        } onCancel: {
            Task { await self.endInput(of: number) }
        }
    }

    /// Returns the waiting message or the next to arrive. It checks and waits in one step, because
    /// a message that arrived in between would be delivered after the next.
    private func giveNextMessage(
        of number: UInt64, to reader: CheckedContinuation<String?, Never>
    ) {
        guard let connection = connections[number], let state = connection.socket,
            state.reader == nil
        else { return reader.resume(returning: nil) }
        if let message = state.inbox.first {
            connection.socket?.inbox.removeFirst()
            connection.socket?.inboxBytes -= message.utf8.count
            if state.inbox.count == 1 { watchSocket(connection) }
            reader.resume(returning: message)
        } else if state.hasEndedInput {
            reader.resume(returning: nil)
        } else {
            connection.socket?.reader = reader
        }
    }

    private func endInput(of number: UInt64) {
        if let connection = connections[number] { endInput(of: connection) }
    }

    /// - Returns: false when the connection has ended.
    func send(_ frame: [UInt8], to number: UInt64) async -> Bool {
        while let connection = connections[number], let state = connection.socket,
            state.closing == nil
        {
            if state.backlog < limits.webSocketBacklogBytes {
                push(frame, to: connection)
                return connection.isOpen
            }
            await withCheckedContinuation { waitForRoom($0, on: connection) }
        }
        return false
    }

    /// Checks and waits in one step, because room made in between would not be noticed.
    private func waitForRoom(
        _ sender: CheckedContinuation<Void, Never>, on connection: Connection
    ) {
        guard let state = connection.socket, state.backlog >= limits.webSocketBacklogBytes else {
            return sender.resume()
        }
        connection.socket?.senders.append(sender)
    }

    func close(_ number: UInt64, code: Int, reason: String) {
        guard let connection = connections[number] else { return }
        beginClosing(
            connection, code: WebSocketFrames.isSendable(code) ? code : 1000, reason: reason)
    }
}
