import Core
import FoundationEssentials
import HTTP

/// The HTTP interface of the chat: routes each request, identifies the visitor, and answers.
///
/// Every error becomes a `ChatFault` written for the client; no other internal information is sent.
struct ChatAPI: Sendable {
    let engine: ChatEngine
    let gate: RequestGate
    /// The token that permits changes of personality; nil permits none.
    let adminToken: String?
    /// The keys that permit the use of `/v1`; empty switches it off.
    let apiKeys: [String]
    /// The daily allowance of API clients for a node's models.
    let apiLimit: UsageAmount
    /// The server's health, with details only of the node that the caller may know about.
    let health: @Sendable (_ node: String?) -> Health

    /// Maximum size of a body in bytes.
    static let bodyLimit = 64 << 10

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let response = await answer(request)
        engine.metrics.responded(response.status)
        return response
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let match: Router.Match
        do {
            match = try Router.match(request.method, request.path)
        } catch {
            return Reply.fault(error, isOpenAI: request.path.hasUTF8Prefix("/v1/"))
        }
        do {
            return try await perform(match, request)
        } catch {
            if match.operation == .chat, isForm(request) {
                return finish(
                    ChatPage.fault(error, in: answerPage(for: request)), fault: error, request)
            }
            return finish(
                Reply.fault(error, isOpenAI: match.operation.isOpenAI), fault: error, request)
        }
    }

    private func finish(
        _ response: HTTPResponse, fault: ChatFault, _ request: HTTPRequest
    ) -> HTTPResponse {
        guard fault == .invalidSession else { return response }
        var response = response
        response.fields.append(
            "set-cookie", VisitorCookie.clearing(isSecure: gate.isSecure(request)))
        return response
    }

    private func perform(
        _ match: Router.Match, _ request: HTTPRequest
    ) async throws(ChatFault) -> HTTPResponse {
        guard request.body.count <= Self.bodyLimit else { throw .bodyTooLarge }
        switch match.operation {
        case .health:
            return health((try? gate.node(of: request))?.name).response(to: request.query)
        case .openAPI: return Reply.json(200, OpenAPIDocument.bytes)
        default: break
        }
        let node = try gate.node(of: request)
        let caller = Ceilings.Caller(
            address: gate.address(of: request), visitor: nil, node: node.name)
        try engine.admit(caller)
        if match.operation.isOpenAI { try checkKey(of: request) }
        if match.operation.method != .get { try gate.checkOrigin(of: request) }
        switch match.operation {
        case .listModels: return OpenAIAPI.models(of: node)
        case .complete: return try await complete(request, caller: caller)
        case .personality: return Reply.json(200, node.personality.current.json())
        case .setPersonality: return try await setPersonality(request, of: node)
        default: break
        }
        let registers = match.operation == .chat || match.operation == .createConversation
        let visit = try gate.visit(request, node: node, registers: registers)
        var response = try await perform(match, request, visit)
        if let cookie = visit.cookie { response.fields.append("set-cookie", cookie) }
        return response
    }

    private func perform(
        _ match: Router.Match, _ request: HTTPRequest, _ visit: RequestContext
    ) async throws(ChatFault) -> HTTPResponse {
        switch match.operation {
        case .chat: return try await chat(request, visit)
        case .resume: return try resume(match.id, request, visit)
        case .versions: return try await versions(match.id, visit)
        case .listConversations: return try await conversations(request, visit)
        case .createConversation: return try await createConversation(request, visit)
        case .listMessages: return try await messages(match.id, request, visit)
        case .stop: return try await stop(match.id, visit)
        case .deleteConversation: return try await delete(match.id, visit)
        case .export: return try await export(match.id, visit)
        case .searchMemory: return try await searchMemory(request, visit)
        default: throw .notFound
        }
    }

    /// Whether the body is a form, as a page without JavaScript sends it.
    func isForm(_ request: HTTPRequest) -> Bool {
        mediaType(request) == "application/x-www-form-urlencoded"
    }

    /// The `Content-Type` without its parameters.
    func mediaType(_ request: HTTPRequest) -> String {
        let type = (request.fields["content-type"] ?? "").utf8
            .prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }
        return Substring(type).lowercased().replacingUTF8(" ", with: "")
    }

    /// - Throws: 415 when the body has another media type, 400 when it is not a JSON object.
    func object(of request: HTTPRequest) throws(ChatFault) -> RequestObject {
        guard mediaType(request) == "application/json" else {
            throw .unsupportedMediaType("application/json")
        }
        return try RequestObject(reading: request.body)
    }
}
