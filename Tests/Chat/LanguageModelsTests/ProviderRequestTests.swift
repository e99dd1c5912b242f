import Core
import HTTP
import SiteModel
import Testing

@testable import LanguageModels

/// Requests to providers that tests do not call.
@Suite struct ProviderRequestTests {
    private static func request(
        _ provider: ModelProvider, _ base: String, key: String? = "k"
    ) throws -> (url: String, fields: [String: String], content: JSONValue) {
        let endpoint = ModelEndpoint(
            name: "e", provider: provider, baseURL: base, model: "m", keyName: "K")
        let request = ProviderRequest.chat(
            Prompt(system: "s", turns: [.init(.user, "u")]), to: endpoint, key: key,
            maximumTokens: 9)
        return (
            request.url,
            Dictionary(uniqueKeysWithValues: request.fields.map { ($0.name, $0.value) }),
            try JSONValue(parsing: String(decoding: request.body, as: UTF8.self))
        )
    }

    @Test func openAIItselfHasAnotherNameForTheLength() throws {
        let own = try Self.request(.openAI, "https://api.openai.com/v1")
        #expect(own.url == "https://api.openai.com/v1/chat/completions")
        #expect(own.content["max_completion_tokens"]?.number == 9)
        #expect(own.content["max_tokens"] == nil)
        let other = try Self.request(.openAI, "https://api.openai.com.example/v1")
        #expect(other.content["max_tokens"]?.number == 9)
        #expect(other.content["max_completion_tokens"] == nil)
    }

    /// However much of an address a row names.
    @Test(arguments: [
        (
            ModelProvider.openAI, "https://api.openai.com",
            "https://api.openai.com/v1/chat/completions"
        ),
        (.openAI, "https://api.openai.com/", "https://api.openai.com/v1/chat/completions"),
        (.openAI, "http://h:8000", "http://h:8000/v1/chat/completions"),
        (.openAI, "https://h/openai/v1/", "https://h/openai/v1/chat/completions"),
        (.openAI, "https://h/v1/chat/completions", "https://h/v1/chat/completions"),
        (.openAI, "https://h/v1/embeddings/", "https://h/v1/chat/completions"),
        (.ollama, "http://h:11434", "http://h:11434/api/chat"),
        (.ollama, "http://h:11434/api", "http://h:11434/api/chat"),
        (.ollama, "http://h:11434/v1/", "http://h:11434/api/chat"),
        (.ollama, "http://h/api/embed", "http://h/api/chat"),
        (.anthropic, "https://h/v1/messages", "https://h/v1/messages"),
        (.anthropic, "https://h/v1/", "https://h/v1/messages"),
        (.anthropic, "https://h", "https://h/v1/messages"),
    ])
    func addresses(_ provider: ModelProvider, base: String, url: String) throws {
        #expect(try Self.request(provider, base).url == url)
    }

    @Test func eachProviderHasTheKeyInItsOwnField() throws {
        let anthropic = try Self.request(.anthropic, "https://api.anthropic.com")
        #expect(anthropic.url == "https://api.anthropic.com/v1/messages")
        #expect(
            anthropic.fields == [
                "Content-Type": "application/json", "anthropic-version": "2023-06-01",
                "x-api-key": "k",
            ])
        let bearer = ["Content-Type": "application/json", "Authorization": "Bearer k"]
        #expect(try Self.request(.openAI, "http://127.0.0.1/v1").fields == bearer)
        #expect(try Self.request(.ollama, "http://127.0.0.1").fields == bearer)
        #expect(
            try Self.request(.ollama, "http://127.0.0.1", key: nil).fields
                == ["Content-Type": "application/json"])
    }
}
