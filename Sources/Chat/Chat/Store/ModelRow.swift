/// A language model that a node asks: a row of `ai_model_chain`.
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
    /// The key is in the environment variable `ROBBIEBLOCKS_KEY_<keyName>`; nil where none is needed.
    var keyName: String?
    /// Milliseconds.
    var connectTimeout: Int
    var firstTokenTimeout: Int
    var stallTimeout: Int
    /// What a row has that does not say.
    static let usualFirstTokenTimeout = 15_000
    var maximumOutputTokens: Int
    var contextTokens: Int
    /// Whether answers begin with thoughts that no mark opens; nil when the row does not say.
    var beginsWithThoughts: Bool?
    /// For a million tokens, in the operator's currency.
    var inputPrice: Double
    var outputPrice: Double
}

/// What an attempt to have a model answer took and gave: a row of `ai_model_usage`.
struct ModelUsageRow: Hashable, Sendable {
    var node: String
    var purpose: ModelRow.Purpose
    /// Of the model's row.
    var name: String
    var provider: ModelRow.Provider
    var model: String
    /// Such as `complete`, `cut_off`, `refused`, `timed_out`; 50 characters at most.
    var outcome: String
    /// Milliseconds; nil when nothing came.
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
