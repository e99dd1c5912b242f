import Core
import HTTP

/// The API's operations, each with one path and one method.
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

    /// Whether its errors have OpenAI's format.
    var isOpenAI: Bool { self == .listModels || self == .complete }

    /// Whether the operation concerns the server rather than a node.
    var isOfServer: Bool { self == .health || self == .openAPI }
}

/// Finds the operation of a request.
enum Router {
    struct Match: Hashable {
        var operation: Operation
        /// The segment in place of the part in braces.
        var id: String
    }

    private static let routes = Operation.allCases.map {
        ($0, $0.path.splitUTF8(separator: "/", omittingEmptySubsequences: false))
    }

    /// - Throws: 404 for an unknown path, 405 for a method that the path does not allow.
    static func match(_ method: HTTPMethod, _ path: String) throws(ChatFault) -> Match {
        let parts = path.splitUTF8(separator: "/", omittingEmptySubsequences: false)
        // HEAD is allowed wherever GET is.
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
