import LanguageModels

extension ModelEndpoint {
    /// Creates an endpoint from a node's row.
    init?(_ row: ModelRow) {
        guard let provider = ModelProvider(rawValue: row.provider.rawValue) else { return nil }
        self.init(
            name: row.name, provider: provider, baseURL: row.baseURL, model: row.model,
            keyName: row.keyName, connectTimeout: row.connectTimeout,
            firstTokenTimeout: row.firstTokenTimeout, stallTimeout: row.stallTimeout,
            maximumOutputTokens: row.maximumOutputTokens, contextTokens: row.contextTokens)
        beginsWithThoughts = row.beginsWithThoughts
        inputPrice = row.inputPrice
        outputPrice = row.outputPrice
    }
}

extension ModelUsageRow {
    init(_ attempt: ModelAttempt, node: String) {
        let endpoint = attempt.endpoint
        self.init(
            node: node, purpose: attempt.isEmbedding ? .embedding : .chat, name: endpoint.name,
            provider: ModelRow.Provider(rawValue: endpoint.provider.rawValue) ?? .openAI,
            model: endpoint.model, outcome: attempt.outcome.name,
            firstToken: attempt.firstText.map { Double($0) / 1000 },
            total: Double(attempt.duration) / 1000, inputTokens: attempt.usage.inputTokens,
            outputTokens: attempt.usage.outputTokens)
    }
}
