import SiteModel
import WebClient

/// What is sent to a provider.
enum ProviderRequest {
    /// A question whose answer is streamed.
    static func chat(
        _ prompt: Prompt, to endpoint: ModelEndpoint, key: String?, maximumTokens: Int
    ) -> ClientRequest {
        var messages = prompt.turns.filter { !$0.text.isEmpty }.map {
            message($0.role.rawValue, $0.text)
        }
        var content: [String: JSONValue] = [
            "model": .string(endpoint.model), "stream": true,
        ]
        if endpoint.provider == .anthropic {
            // It wants the visitor to have the first word.
            messages = Array(messages.drop { $0["role"] == "assistant" })
            if !prompt.system.isEmpty { content["system"] = .string(prompt.system) }
        } else if !prompt.system.isEmpty {
            messages.insert(message("system", prompt.system), at: 0)
        }
        content["messages"] = .array(messages)
        switch endpoint.provider {
        case .ollama:
            content["options"] = .object([
                "num_predict": .number(Double(maximumTokens)),
                "num_ctx": .number(Double(endpoint.contextTokens)),
            ])
        case .openAI:
            // OpenAI's own newer models know only the first name, most others only the second.
            let name =
                endpoint.baseURL.hasPrefix("https://api.openai.com/")
                ? "max_completion_tokens" : "max_tokens"
            content[name] = .number(Double(maximumTokens))
            content["stream_options"] = .object(["include_usage": true])
        case .anthropic:
            content["max_tokens"] = .number(Double(maximumTokens))
        }
        let path =
            switch endpoint.provider {
            case .ollama: "/api/chat"
            case .openAI: "/chat/completions"
            case .anthropic: "/v1/messages"
            }
        return request(to: endpoint, path, key: key, body: .object(content))
    }

    /// - Returns: nil when the provider has no embeddings.
    static func embedding(
        of texts: [String], to endpoint: ModelEndpoint, key: String?
    ) -> ClientRequest? {
        var content: [String: JSONValue] = [
            "model": .string(endpoint.model), "input": .array(texts.map { .string($0) }),
        ]
        switch endpoint.provider {
        case .ollama: return request(to: endpoint, "/api/embed", key: key, body: .object(content))
        case .openAI:
            content["encoding_format"] = "float"
            return request(to: endpoint, "/embeddings", key: key, body: .object(content))
        case .anthropic: return nil
        }
    }

    private static func message(_ role: String, _ text: String) -> JSONValue {
        .object(["role": .string(role), "content": .string(text)])
    }

    private static func request(
        to endpoint: ModelEndpoint, _ path: String, key: String?, body: JSONValue
    ) -> ClientRequest {
        var base = endpoint.baseURL[...]
        while base.last == "/" { base.removeLast() }
        if endpoint.provider == .anthropic, base.hasSuffix("/v1") { base.removeLast(3) }
        var fields = [ClientField("Content-Type", "application/json")]
        switch (endpoint.provider, key) {
        case (.anthropic, let key):
            fields.append(ClientField("anthropic-version", "2023-06-01"))
            if let key { fields.append(ClientField("x-api-key", key)) }
        case (_, let key?): fields.append(ClientField("Authorization", "Bearer \(key)"))
        case (_, nil): break
        }
        return ClientRequest(.post, base + path, fields: fields, body: Array(body.text.utf8))
    }
}
