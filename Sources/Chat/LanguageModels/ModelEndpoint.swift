/// The interfaces that models are asked through.
public enum ModelProvider: String, Hashable, Sendable, CaseIterable {
    /// Ollama's own: `/api/chat` and `/api/embed`, a line of JSON for each piece.
    case ollama
    /// What OpenAI made and many others speak: `/chat/completions` and `/embeddings`.
    case openAI = "openai"
    /// Anthropic's Messages; it has no embeddings.
    case anthropic
}

/// One model on one server, and how long it is waited for.
public struct ModelEndpoint: Hashable, Sendable {
    /// For people and for metrics.
    public var name: String
    public var provider: ModelProvider
    /// Where the interface begins: `http://127.0.0.1:11434`, `https://api.openai.com/v1`,
    /// `https://api.anthropic.com`.
    public var baseURL: String
    public var model: String
    /// The key is in the environment variable `ROBBIEBLOCKS_KEY_<keyName>`; nil for no key.
    public var keyName: String?
    /// Milliseconds until there is a connection.
    public var connectTimeout: Int
    /// Milliseconds from the question to the first text, or the first sign of reasoning.
    public var firstTokenTimeout: Int
    /// Milliseconds between two pieces of text.
    public var stallTimeout: Int
    /// The length of an answer at most.
    public var maximumOutputTokens: Int
    /// What the model can hold of question and answer together.
    public var contextTokens: Int
    /// Whether answers begin with thoughts that no mark opens; nil when that is not known.
    public var beginsWithThoughts: Bool?
    /// What a million tokens of questions cost, and of answers, in the operator's currency.
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

    /// What tokens cost, in millionths of the currency, rounded up.
    public func cost(input: Int, output: Int) -> Int {
        let cost = Double(input) * inputPrice + Double(output) * outputPrice
        return cost.isFinite ? Int(min(max(cost, 0), 1e15).rounded(.up)) : 0
    }
}
