import Core
import HTTP

/// Builds requests to providers.
enum ProviderRequest {
    /// Builds a question with a streamed answer.
    static func chat(
        _ prompt: Prompt, to endpoint: ModelEndpoint, key: String?, maximumTokens: Int
    ) -> ClientRequest {
        var messages = prompt.turns.filter { !$0.text.isEmpty }.map { ($0.role.rawValue, $0.text) }
        let isAnthropic = endpoint.provider == .anthropic
        let system = prompt.system.isEmpty ? nil : prompt.system
        if isAnthropic {
            // Anthropic requires that the first message is the user's.
            messages = Array(messages.drop { $0.0 == "assistant" })
        } else if let system {
            messages.insert(("system", system), at: 0)
        }
        let size = messages.reduce(1024) { $0 + $1.1.utf8.count * 9 / 8 }
        var json = JSONBytes(capacity: size)
        json.object { json in
            json.member("model", endpoint.model)
            json.member("stream", true)
            if isAnthropic, let system { json.member("system", system) }
            json.name("messages")
            json.array(messages) { json, message in
                json.object {
                    $0.member("role", message.0)
                    $0.member("content", message.1)
                }
            }
            limit(maximumTokens, of: endpoint, into: &json)
        }
        let path =
            switch endpoint.provider {
            case .ollama: "/api/chat"
            case .openAI: "/chat/completions"
            case .anthropic: "/v1/messages"
            }
        return request(to: endpoint, path, key: key, body: json.bytes)
    }

    /// Writes the limit of an answer's length, in the provider's format.
    private static func limit(
        _ tokens: Int, of endpoint: ModelEndpoint, into json: inout JSONBytes
    ) {
        switch endpoint.provider {
        case .ollama:
            json.name("options")
            json.object {
                $0.member("num_predict", tokens)
                $0.member("num_ctx", endpoint.contextTokens)
            }
        case .openAI:
            // OpenAI's newer models know only the first name, most other servers only the second.
            let isItsOwn = base(of: endpoint).hasUTF8Prefix("https://api.openai.com/")
            json.member(isItsOwn ? "max_completion_tokens" : "max_tokens", tokens)
            json.name("stream_options")
            json.object { $0.member("include_usage", true) }
        case .anthropic: json.member("max_tokens", tokens)
        }
    }

    /// - Returns: nil when the provider has no embeddings.
    static func embedding(
        of texts: [String], to endpoint: ModelEndpoint, key: String?
    ) -> ClientRequest? {
        let path: String
        switch endpoint.provider {
        case .ollama: path = "/api/embed"
        case .openAI: path = "/embeddings"
        case .anthropic: return nil
        }
        var json = JSONBytes()
        json.object { json in
            json.member("model", endpoint.model)
            json.name("input")
            json.array(texts) { $0.string($1) }
            if endpoint.provider == .openAI { json.member("encoding_format", "float") }
        }
        return request(to: endpoint, path, key: key, body: json.bytes)
    }

    /// Returns the base address of a provider's API, for a row's address with or without a final
    /// slash, `/v1`, `/api` or the path of a call.
    static func base(of endpoint: ModelEndpoint) -> String {
        var base = endpoint.baseURL
        func drop(_ suffix: String) {
            while let rest = base.droppingUTF8Suffix("/") { base = String(rest) }
            if let rest = base.droppingUTF8Suffix(suffix) { base = String(rest) }
        }
        switch endpoint.provider {
        case .ollama:
            drop("/api/chat")
            drop("/api/embed")
            drop("/api")
            drop("/v1")
        case .openAI:
            drop("/chat/completions")
            drop("/embeddings")
        case .anthropic:
            drop("/v1/messages")
            drop("/v1")
        }
        drop("/")
        let hasPath = base.utf8.count { $0 == UInt8(ascii: "/") } > 2
        return endpoint.provider == .openAI && !hasPath ? base + "/v1" : base
    }

    private static func request(
        to endpoint: ModelEndpoint, _ path: String, key: String?, body: [UInt8]
    ) -> ClientRequest {
        let base = base(of: endpoint)
        var fields = [ClientField("Content-Type", "application/json")]
        switch (endpoint.provider, key) {
        case (.anthropic, let key):
            fields.append(ClientField("anthropic-version", "2023-06-01"))
            if let key { fields.append(ClientField("x-api-key", key)) }
        case (_, let key?): fields.append(ClientField("Authorization", "Bearer \(key)"))
        case (_, nil): break
        }
        return ClientRequest(.post, base + path, fields: fields, body: body)
    }
}
