/// The APIs through which models are asked.
public enum ModelProvider: String, Hashable, Sendable, CaseIterable {
    /// Ollama's own: `/api/chat` and `/api/embed`, one line of JSON per piece.
    case ollama
    /// OpenAI's, which many other servers implement: `/chat/completions` and `/embeddings`.
    case openAI = "openai"
    /// Anthropic's Messages API; it has no embeddings.
    case anthropic
}

/// One model on one server, with its timeouts.
public struct ModelEndpoint: Hashable, Sendable {
    /// Name shown in messages and metrics.
    public var name: String
    public var provider: ModelProvider
    /// Base address of the API: `http://127.0.0.1:11434`, `https://api.openai.com/v1`,
    /// `https://api.anthropic.com`.
    public var baseURL: String
    public var model: String
    /// The key is in the environment variable `ROBBIEBLOCKS_KEY_<keyName>`; nil for no key.
    public var keyName: String?
    /// Milliseconds to establish a connection.
    public var connectTimeout: Int
    /// Milliseconds from the question to the first text, or the first sign of reasoning.
    public var firstTokenTimeout: Int
    /// Milliseconds between two pieces of text.
    public var stallTimeout: Int
    /// Maximum length of an answer in tokens.
    public var maximumOutputTokens: Int
    /// Maximum tokens of prompt and answer together.
    public var contextTokens: Int
    /// Whether answers begin with thoughts without an opening mark; nil when unknown.
    public var beginsWithThoughts: Bool?
    /// Prices of a million tokens of prompts and of answers, in the operator's currency.
    public var inputPrice = 0.0
    public var outputPrice = 0.0

    public init(
        name: String, provider: ModelProvider, baseURL: String, model: String,
        keyName: String? = nil, connectTimeout: Int = 3000, firstTokenTimeout: Int = 20_000,
        stallTimeout: Int = 15_000, maximumOutputTokens: Int = 1024, contextTokens: Int = 8192
    ) {
        self.name = name
        self.provider = provider
        self.baseURL = baseURL
        self.model = model
        self.keyName = keyName
        self.connectTimeout = connectTimeout
        self.firstTokenTimeout = firstTokenTimeout
        self.stallTimeout = stallTimeout
        self.maximumOutputTokens = maximumOutputTokens
        self.contextTokens = contextTokens
    }

    /// Returns the cost of tokens, in millionths of the currency, rounded up.
    public func cost(input: Int, output: Int) -> Int {
        let cost = Double(input) * inputPrice + Double(output) * outputPrice
        return cost.isFinite ? Int(min(max(cost, 0), 1e15).rounded(.up)) : 0
    }
}
