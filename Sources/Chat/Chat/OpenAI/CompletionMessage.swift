import Core
import LanguageModels
import SiteModel

/// One message of an API client's request.
struct CompletionMessage: Sendable {
    let role: Prompt.Role
    let text: String
    let isOfUser: Bool
    /// Whether it is the result of a tool.
    let isOfTool: Bool

    init(_ message: JSONValue) throws(ChatFault) {
        let name = message["role"]?.string
        switch name {
        case "user", "system", "developer":
            role = .user
            text = try Self.text(of: message)
        case "assistant":
            var parts = [try Self.text(of: message, isRequired: false)]
            for call in message["tool_calls"]?.array ?? [] {
                parts.append(try Self.words(for: call["function"] ?? .null))
            }
            if let call = message["function_call"], call != .null {
                parts.append(try Self.words(for: call))
            }
            parts.removeAll(where: \.isEmpty)
            // A refusal takes the place of the content.
            if parts.isEmpty, let refusal = message["refusal"]?.string { parts = [refusal] }
            guard !parts.isEmpty else { throw .invalid("messages", "must have content") }
            role = .assistant
            text = parts.joined(separator: "\n")
        case "tool", "function":
            role = .user
            text = try Self.text(of: message)
        default:
            throw .invalid(
                "messages",
                "must have the roles user, assistant, system, developer, tool or function")
        }
        isOfUser = name == "user"
        isOfTool = name == "tool" || name == "function"
    }

    /// The message as a turn of the conversation.
    var turn: Prompt.Turn { Prompt.Turn(role, isOfTool ? "Result of a tool: " + text : text) }

    private static func words(for call: JSONValue) throws(ChatFault) -> String {
        guard let name = call["name"]?.string else {
            throw .invalid("messages", "must name the function of each call")
        }
        return "[called the tool \(name) with \(call["arguments"]?.string ?? "nothing")]"
    }

    private static func text(
        of message: JSONValue, isRequired: Bool = true
    ) throws(ChatFault) -> String {
        switch message["content"] {
        case .string(let text): return text
        case .array(let parts):
            var text = ""
            for part in parts {
                guard let piece = (part["text"] ?? part["refusal"])?.string,
                    ["text", "refusal"].contains(part["type"]?.string)
                else { throw .invalid("messages", "must have only parts of type text") }
                text += piece
            }
            return text
        case nil where !isRequired, .null where !isRequired: return ""
        default: throw .invalid("messages", "must have content")
        }
    }
}
