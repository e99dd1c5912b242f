import Core
import LanguageModels

/// The supported part of a `POST /v1/chat/completions` request.
///
/// The node determines the model, the temperature and other settings, so they are accepted but
/// ignored. A member that would change the form of the answer is rejected by name. System messages
/// and tool results come from the API client's user, and are treated as such.
struct CompletionRequest: Sendable {
    var model: String
    var turns: [Prompt.Turn]
    var question: String
    var isStream: Bool
    /// Whether a stream ends with the token counts.
    var includesUsage: Bool
    var maximumTokens: Int?
    /// The answer ends before the first of these texts.
    var stops: [String]

    private static let messageLimit = 200
    private static let stopLimit = 4

    init(_ object: RequestObject) throws(ChatFault) {
        guard let model = try object.label("model", limit: 200) else {
            throw .invalid("model", "must be given")
        }
        self.model = model
        isStream = try object.flag("stream") ?? false
        try Self.refuseOtherForms(object)
        let newer = try object.integer("max_completion_tokens", in: 1...1_000_000)
        let older = try object.integer("max_tokens", in: 1...1_000_000)
        maximumTokens = newer ?? older
        stops = try Self.stops(object.members["stop"])
        switch object.members["stream_options"] {
        case nil, .null: includesUsage = false
        case .object(let options):
            includesUsage = try RequestObject(options).flag("include_usage") ?? false
        default: throw .invalid("stream_options", "must be an object")
        }
        guard case .array(let messages) = object.members["messages"],
            (1...Self.messageLimit).contains(messages.count)
        else { throw .invalid("messages", "must be a list of 1 to \(Self.messageLimit) messages") }
        var said: [CompletionMessage] = []
        for message in messages { said.append(try CompletionMessage(message)) }
        // The last message is the question, whatever its role. Tool results belong to the question
        // before them.
        let last =
            said.last?.isOfTool == true
            ? said.lastIndex { $0.isOfUser } ?? said.count - 1 : said.count - 1
        question = try ChatQuestion.check(said.remove(at: last).text)
        turns = said.map(\.turn).filter { !$0.text.isEmpty }
    }

    /// - Throws: 422 with the name of a member that requests an unsupported feature.
    private static func refuseOtherForms(_ object: RequestObject) throws(ChatFault) {
        if let count = try object.integer("n", in: 1...128), count != 1 {
            throw .invalid("n", "must be 1: only one answer is made")
        }
        if try object.flag("logprobs") == true {
            throw .invalid("logprobs", "is not supported")
        }
        if let count = try object.integer("top_logprobs", in: 0...20), count > 0 {
            throw .invalid("top_logprobs", "is not supported")
        }
        for name in ["audio", "prediction", "web_search_options"] {
            switch object.members[name] {
            case nil, .null: break
            default: throw .invalid(name, "is not supported")
            }
        }
        switch object.members["functions"] {
        case nil, .null, .array([]): break
        default: throw .invalid("functions", "is not supported: this server calls no tools")
        }
        switch object.members["function_call"] {
        case nil, .null, .string("none"), .string("auto"): break
        default: throw .invalid("function_call", "is not supported: this server calls no tools")
        }
        // Tools may be offered: clients also expect answers without a call.
        switch object.members["tools"] {
        case nil, .null: break
        case .array(let tools) where tools.allSatisfy({ $0.object != nil }): break
        default: throw .invalid("tools", "must be a list of objects")
        }
        switch object.members["tool_choice"] {
        case nil, .null, .string("none"), .string("auto"): break
        default:
            throw .invalid("tool_choice", "must be 'auto' or 'none': this server calls no tools")
        }
        switch object.members["response_format"] {
        case nil, .null: break
        case let format where format?["type"]?.string == "text": break
        default: throw .invalid("response_format", "must be of the type 'text'")
        }
        switch object.members["modalities"] {
        case nil, .null, .array([.string("text")]): break
        default: throw .invalid("modalities", "must be [\"text\"]")
        }
    }

    private static func stops(_ value: JSONValue?) throws(ChatFault) -> [String] {
        let stops: [JSONValue]
        switch value {
        case nil, .null: return []
        case .string: stops = [value ?? .null]
        case .array(let values): stops = values
        default: throw .invalid("stop", "must be a text or a list of texts")
        }
        let texts = stops.compactMap(\.string)
        guard texts.count == stops.count, texts.count <= stopLimit,
            texts.allSatisfy({ (1...64).contains($0.unicodeScalars.count) })
        else {
            throw .invalid(
                "stop", "must have at most \(stopLimit) texts of 1 to 64 characters")
        }
        return texts
    }
}
