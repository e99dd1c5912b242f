import Glibc

// Reading requests, from the first byte to the last.
extension ServerConnections {
    private static let readBytes = 16 << 10

    /// Reads the input of a connection.
    func read(_ connection: Connection) {
        let size = connection.input.count
        guard connection.input.append(from: connection.descriptor, atMost: Self.readBytes) else {
            return drop(connection)
        }
        connection.heard = ServiceClock.now
        proceed(with: connection, lookedAt: size)
    }

    /// Processes the input received.
    ///
    /// - Parameter size: the number of bytes searched before without finding a complete head.
    func proceed(with connection: Connection, lookedAt size: Int = 0) {
        switch connection.phase {
        case .head: readHead(of: connection, lookedAt: size)
        case .body: readBody(of: connection)
        default: break
        }
    }

    private func readHead(of connection: Connection, lookedAt size: Int) {
        // Some clients send an empty line after a body.
        if connection.input.starts(with: [13, 10]) { connection.input.removeFirst(2) }
        guard let end = RequestHead.end(in: connection.input, from: size),
            end <= limits.headerBytes
        else {
            if connection.input.count > limits.headerBytes {
                refuse(
                    connection,
                    .text(431, "The request's fields are over \(limits.headerBytes) bytes."))
            }
            return
        }
        let head: RequestReader.Head
        do throws(RequestRefusal) {
            head = try reader.read(connection.input[..<end], from: connection.peer)
        } catch {
            return refuse(connection, error.response)
        }
        connection.input.removeSubrange(..<end)
        begin(head, on: connection)
    }

    private func begin(_ head: RequestReader.Head, on connection: Connection) {
        if case .none = head.body { return answer(head, [], on: connection) }
        connection.head = head
        connection.body = []
        connection.chunks = head.body == .chunks ? ChunkedBody(limit: limits.bodyBytes) : nil
        connection.enter(.body, at: ServiceClock.now)
        if head.expectsContinue, connection.input.isEmpty {
            ClosingResponse.askForBody(on: connection.descriptor)
        }
        readBody(of: connection)
    }

    private func readBody(of connection: Connection) {
        guard let head = connection.head else { return }
        let taken: Int
        let isComplete: Bool
        if case .bytes(let length) = head.body {
            taken = min(length - connection.body.count, connection.input.count)
            connection.body += connection.input[..<taken]
            isComplete = connection.body.count == length
        } else {
            do {
                taken =
                    try connection.chunks?.take(connection.input[...], into: &connection.body) ?? 0
            } catch {
                return refuse(
                    connection,
                    error == .tooLong
                        ? reader.tooLarge : .text(400, "The body's chunks are not well formed."))
            }
            isComplete = connection.chunks?.isComplete == true
        }
        connection.input.removeSubrange(..<taken)
        guard isComplete else { return }
        let body = connection.body
        connection.head = nil
        connection.body = []
        connection.chunks = nil
        answer(head, body, on: connection)
    }

    private func answer(_ head: RequestReader.Head, _ body: [UInt8], on connection: Connection) {
        if head.isForServer {
            return give(
                HTTPResponse(
                    204,
                    fields: ["allow": HTTPMethod.allCases.map(\.rawValue).joined(separator: ", ")]),
                to: head.request, on: connection, mayStay: head.mayStay)
        }
        if head.isUpgrade { return open(head, on: connection) }
        var request = head.request
        request.body = body
        handle(request, on: connection, mayStay: head.mayStay)
    }
}
