/// A language model that a node asks: a row of `ai_model_chain`.
public struct ModelRow: Hashable, Sendable {
    public enum Purpose: String, Hashable, Sendable {
        case chat, embedding
    }

    public enum Provider: String, Hashable, Sendable {
        case ollama, openAI = "openai", anthropic
    }

    public var name: String
    public var purpose: Purpose
    public var provider: Provider
    public var baseURL: String
    public var model: String
    /// The key is in the environment variable `ROBBIEBLOCKS_KEY_<keyName>`; nil where none is needed.
    public var keyName: String?
    /// Milliseconds.
    public var connectTimeout: Int
    public var firstTokenTimeout: Int
    public var stallTimeout: Int
    /// What a row has that does not say.
    public static let usualFirstTokenTimeout = 15_000
    public var maximumOutputTokens: Int
    public var contextTokens: Int
    /// For a million tokens, in the operator's currency.
    public var inputPrice: Double
    public var outputPrice: Double
}

/// What an attempt to have a model answer took and gave: a row of `ai_model_usage`.
public struct ModelUsage: Hashable, Sendable {
    public var node: String
    public var purpose: ModelRow.Purpose
    /// Of the model's row.
    public var name: String
    public var provider: ModelRow.Provider
    public var model: String
    /// Such as `complete`, `cut_off`, `refused`, `timed_out`; 50 characters at most.
    public var outcome: String
    /// Milliseconds; nil when nothing came.
    public var firstToken: Double?
    /// Milliseconds.
    public var total: Double
    public var inputTokens: Int?
    public var outputTokens: Int?

    public init(
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
