import Knowledge
import SiteModel

/// `POST /v1/chat/completions`, as far as it means something here.
///
/// The model, the temperature and whatever else there is are the node's matter, so they are taken and
/// not followed. What a program says as the system is said by the program's user, and treated so.
struct CompletionRequest: Sendable {
    var model: String
    var turns: [PromptTurn]
    var question: String
    var isStream: Bool
    /// Whether a stream ends with the number of tokens.
    var includesUsage: Bool
    var maximumTokens: Int?

    private static let messageLimit = 200

    init(_ object: RequestObject) throws(ChatFault) {
        guard let model = try object.label("model", limit: 200) else {
            throw .invalid("model", "must be given")
        }
        self.model = model
        isStream = try object.flag("stream") ?? false
        if let count = try object.integer("n", in: 1...128), count != 1 {
            throw .invalid("n", "must be 1: there is one answer")
        }
        let newer = try object.integer("max_completion_tokens", in: 1...1_000_000)
        let older = try object.integer("max_tokens", in: 1...1_000_000)
        maximumTokens = newer ?? older
        switch object.members["stream_options"] {
        case nil, .null: includesUsage = false
        case .object(let options):
            includesUsage = try RequestObject(options).flag("include_usage") ?? false
        default: throw .invalid("stream_options", "must be an object")
        }
        guard case .array(let messages) = object.members["messages"],
            (1...Self.messageLimit).contains(messages.count)
        else { throw .invalid("messages", "must be a list of 1 to \(Self.messageLimit) messages") }
        var turns: [PromptTurn] = []
        for message in messages { turns.append(try Self.turn(message)) }
        // What was said last is what is asked, whoever said it.
        question = try ChatQuestion.check(turns.popLast()?.text ?? "")
        self.turns = turns
    }

    private static func turn(_ message: JSONValue) throws(ChatFault) -> PromptTurn {
        let role: PromptTurn.Role
        switch message["role"]?.string {
        case "user", "system", "developer": role = .user
        case "assistant": role = .assistant
        default:
            throw .invalid(
                "messages", "must have the roles user, assistant, system or developer")
        }
        switch message["content"] {
        case .string(let text): return PromptTurn(role, text)
        case .array(let parts):
            var text = ""
            for part in parts {
                guard part["type"]?.string == "text", let piece = part["text"]?.string else {
                    throw .invalid("messages", "must have texts alone")
                }
                text += piece
            }
            return PromptTurn(role, text)
        default: throw .invalid("messages", "must have a content")
        }
    }
}
