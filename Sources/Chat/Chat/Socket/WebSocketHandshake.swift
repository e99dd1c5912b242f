import HTTP

/// Accepts or refuses requests to open a socket.
struct WebSocketHandshake: Sendable {
    let engine: ChatEngine
    let gate: RequestGate

    static let path = "/ws"

    func reply(to request: HTTPRequest) -> WebSocketReply {
        do throws(ChatFault) {
            return try accept(request)
        } catch {
            var response = Reply.fault(error)
            if error == .invalidSession {
                response.fields.append(
                    "set-cookie",
                    VisitorCookie.clearing(isSecure: gate.isSecure(request)))
            }
            engine.metrics.responded(response.status)
            return .refuse(response)
        }
    }

    private func accept(_ request: HTTPRequest) throws(ChatFault) -> WebSocketReply {
        guard request.path == Self.path else { throw .notFound }
        let node = try gate.node(of: request)
        try engine.admit(
            Ceilings.Caller(
                address: gate.address(of: request), visitor: nil, node: node.name))
        try gate.checkOrigin(of: request)
        let visit = try gate.visit(request, node: node, registers: true)
        guard let visitor = visit.visitor else { throw .invalidSession }
        try engine.openSocket(visit.caller)
        var fields = HTTPFields()
        if let cookie = visit.cookie { fields.append("set-cookie", cookie) }
        return .accept(fields: fields) { socket in
            engine.metrics.sockets(changedBy: 1)
            await SocketSession(engine: engine, visit: visit, visitor: visitor, socket: socket)
                .run()
            engine.metrics.sockets(changedBy: -1)
            engine.closeSocket(visit.caller)
        }
    }
}
