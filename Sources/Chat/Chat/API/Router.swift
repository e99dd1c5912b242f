import Core
import HTTP

/// What the API can do, each at one address with one method.
enum Operation: String, Hashable, Sendable, CaseIterable {
    case health, openAPI
    case chat, resume, versions
    case listConversations, createConversation, listMessages, stop, deleteConversation, export
    case searchMemory
    case personality, setPersonality
    case listModels, complete

    var method: HTTPMethod {
        switch self {
        case .chat, .createConversation, .stop, .complete: .post
        case .deleteConversation: .delete
        case .setPersonality: .put
        default: .get
        }
    }

    /// A part in braces stands for one segment.
    var path: String {
        switch self {
        case .health: "/api/health"
        case .openAPI: "/api/openapi.json"
        case .chat: "/api/chat"
        case .resume: "/api/messages/{id}/stream"
        case .versions: "/api/messages/{id}/versions"
        case .listConversations, .createConversation: "/api/conversations"
        case .listMessages: "/api/conversations/{id}/messages"
        case .stop: "/api/conversations/{id}/stop"
        case .deleteConversation: "/api/conversations/{id}"
        case .export: "/api/conversations/{id}/export"
        case .searchMemory: "/api/memory/search"
        case .personality, .setPersonality: "/api/personality"
        case .listModels: "/v1/models"
        case .complete: "/v1/chat/completions"
        }
    }

    /// Whether its errors have the form that OpenAI's have.
    var isOpenAI: Bool { self == .listModels || self == .complete }

    /// Whether it is about the server and not about a node.
    var isOfServer: Bool { self == .health || self == .openAPI }
}

/// Finds what a request is for.
enum Router {
    struct Match: Hashable {
        var operation: Operation
        /// What stands at the path's part in braces.
        var id: String
    }

    private static let routes = Operation.allCases.map {
        ($0, $0.path.splitUTF8(separator: "/", omittingEmptySubsequences: false))
    }

    /// - Throws: 404 when there is no such address, 405 when it does not take the method.
    static func match(_ method: HTTPMethod, _ path: String) throws(ChatFault) -> Match {
        let parts = path.splitUTF8(separator: "/", omittingEmptySubsequences: false)
        // What is read with GET can be asked for with HEAD.
        let method = method == .head ? .get : method
        var allowed: [String] = []
        for (operation, pattern) in routes where pattern.count == parts.count {
            var id = ""
            let isMatch = zip(pattern, parts).allSatisfy { wanted, part in
                if wanted == "{id}" {
                    id = String(part)
                    return !part.isEmpty
                }
                return wanted == part
            }
            guard isMatch else { continue }
            if operation.method == method { return Match(operation: operation, id: id) }
            allowed.append(operation.method.rawValue)
            if operation.method == .get { allowed.append(HTTPMethod.head.rawValue) }
        }
        throw allowed.isEmpty ? .notFound : .methodNotAllowed(allowed)
    }
}
