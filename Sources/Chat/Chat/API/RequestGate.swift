import FoundationEssentials
import HTTP
import System

/// Identifies the node and the visitor of a request before it is handled.
struct RequestGate: Sendable {
    let engine: ChatEngine
    let tokens: VisitorTokens
    /// Seconds since 1970.
    var clock: @Sendable () -> Int = { wallClockMilliseconds() / 1000 }

    /// Returns the node of a request: the one that our proxy names, or the only one.
    func node(of request: HTTPRequest) throws(ChatFault) -> ChatNode {
        if let name = request.fields["x-robbieblocks-node"], !name.isEmpty {
            guard let node = engine.nodes[name] else { throw .unknownNode }
            return node
        }
        guard engine.nodes.count == 1, let node = engine.nodes.values.first else {
            throw .unknownNode
        }
        return node
    }

    func address(of request: HTTPRequest) -> String {
        ClientAddress.key(peer: request.peer, forwarded: request.fields["x-real-ip"])
    }

    func isSecure(_ request: HTTPRequest) -> Bool {
        ClientAddress.isLoopback(request.peer)
            && request.fields["x-forwarded-proto"]?.lowercased() == "https"
    }

    func checkOrigin(of request: HTTPRequest) throws(ChatFault) {
        guard
            OriginRule.allows(origin: request.fields["origin"], host: request.fields["host"])
        else { throw .foreignOrigin }
    }

    /// Identifies the visitor of a request.
    ///
    /// - Parameter registers: whether to register a new visitor.
    /// - Throws: 401 for a token that is invalid or has expired.
    func visit(
        _ request: HTTPRequest, node: ChatNode, registers: Bool
    ) throws(ChatFault) -> RequestContext {
        let now = clock()
        var caller = Ceilings.Caller(address: address(of: request), visitor: nil, node: node.name)
        var visitor: UUID?
        var cookie: String?
        if let text = VisitorCookie.token(in: request.fields["cookie"]) {
            guard let token = try? tokens.verify(text, on: node.name, now: now),
                let known = UUID(uuidString: token.visitor)
            else { throw .invalidSession }
            visitor = known
            if tokens.isDue(token, now: now) { cookie = issue(to: known, node, request, now) }
        } else if registers {
            let new = UUID()
            visitor = new
            cookie = issue(to: new, node, request, now)
        }
        caller.visitor = visitor?.text
        return RequestContext(node: node, caller: caller, visitor: visitor, cookie: cookie)
    }

    private func issue(
        to visitor: UUID, _ node: ChatNode, _ request: HTTPRequest, _ now: Int
    ) -> String {
        VisitorCookie.field(
            tokens.issue(to: visitor.text, on: node.name, now: now), lifetime: tokens.lifetime,
            isSecure: isSecure(request))
    }
}
