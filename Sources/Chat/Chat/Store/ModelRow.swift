/// A language model of a node: a row of `ai_model_chain`.
struct ModelRow: Hashable, Sendable {
    enum Purpose: String, Hashable, Sendable {
        case chat, embedding
    }

    enum Provider: String, Hashable, Sendable {
        case ollama, openAI = "openai", anthropic
    }

    var name: String
    var purpose: Purpose
    var provider: Provider
    var baseURL: String
    var model: String
    /// The key is in the environment variable `ROBBIEBLOCKS_KEY_<keyName>`; nil when no key is
    /// needed.
    var keyName: String?
    /// Milliseconds.
    var connectTimeout: Int
    var firstTokenTimeout: Int
    var stallTimeout: Int
    /// The default of a row that does not set `firstTokenTimeout`.
    static let usualFirstTokenTimeout = 15_000
    var maximumOutputTokens: Int
    var contextTokens: Int
    /// Whether answers begin with thoughts without an opening mark; nil when the row does not say.
    var beginsWithThoughts: Bool?
    /// Per million tokens, in the operator's currency.
    var inputPrice: Double
    var outputPrice: Double
}

/// The usage of one attempt to get an answer from a model: a row of `ai_model_usage`.
struct ModelUsageRow: Hashable, Sendable {
    var node: String
    var purpose: ModelRow.Purpose
    /// The name in the model's row.
    var name: String
    var provider: ModelRow.Provider
    var model: String
    /// Such as `complete`, `cut_off`, `refused`, `timed_out`; 50 characters at most.
    var outcome: String
    /// Milliseconds; nil when no token arrived.
    var firstToken: Double?
    /// Milliseconds.
    var total: Double
    var inputTokens: Int?
    var outputTokens: Int?

    init(
        node: String, purpose: ModelRow.Purpose = .chat, name: String, provider: ModelRow.Provider,
        model: String, outcome: String, firstToken: Double? = nil, total: Double,
        inputTokens: Int? = nil, outputTokens: Int? = nil
    ) {
        self.node = node
        self.purpose = purpose
        self.name = name
        self.provider = provider
        self.model = model
        self.outcome = outcome
        self.firstToken = firstToken
        self.total = total
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }
}
