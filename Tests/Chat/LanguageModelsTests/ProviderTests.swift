import Core
import LanguageModels
import TestSupport
import Testing

/// The three interfaces, against a server that speaks them.
@Suite struct ProviderTests {
    @Test(arguments: ModelProvider.allCases)
    func anAnswerIsStreamed(_ provider: ModelProvider) async throws {
        let asked = try AskedChain()
        let told = await asked.ask("fast-200", provider)
        #expect(told.began == ["fast-200"])
        #expect(told.text == words(200))
        #expect(told.end == .complete(ModelUsage(inputTokens: 2, outputTokens: 200)))
        let attempt = try #require(asked.attempts.first)
        #expect(asked.attempts.count == 1)
        #expect(attempt.outcome == .complete)
        #expect(attempt.usage == ModelUsage(inputTokens: 2, outputTokens: 200))
        #expect(try #require(attempt.firstText) <= attempt.duration)
    }

    /// Three bytes at a time, also in the middle of characters, escapes and the ends of lines.
    @Test(arguments: ModelProvider.allCases, ["unicode", "split"])
    func everyCharacterArrives(_ provider: ModelProvider, _ model: String) async throws {
        let told = await (try AskedChain()).ask(model, provider)
        #expect(
            told.text
                == "plain éß →\u{1F600}👩‍👩‍👧‍👦\n\"quoted\"\\\t\u{7f}\u{1}日本語 end")
    }

    @Test(arguments: ModelProvider.allCases)
    func thePromptArrives(_ provider: ModelProvider) async throws {
        let asked = try AskedChain()
        let prompt = Prompt(
            system: "be \"brief\"",
            turns: [.init(.user, "one\ntwo"), .init(.assistant, "déjà"), .init(.user, "\u{1F600}")])
        let told = await asked.ask(asked.chain([asked.endpoint("echo", provider)]), prompt)
        #expect(
            told.text == "system: be \"brief\"\nuser: one\ntwo\nassistant: déjà\nuser: \u{1F600}")
    }

    @Test func whatAnthropicRefusesIsNotSent() async throws {
        let asked = try AskedChain()
        let prompt = Prompt(turns: [
            .init(.assistant, "welcome"), .init(.user, "hi"), .init(.user, ""),
        ])
        let told = await asked.ask(asked.chain([asked.endpoint("echo", .anthropic)]), prompt)
        #expect(told.text == "user: hi")
    }

    /// The shorter of both limits is sent, by the name that each interface has for it.
    @Test(arguments: [nil, 77, 5000])
    func theLengthIsLimited(_ maximum: Int?) async throws {
        let asked = try AskedChain()
        for provider in ModelProvider.allCases {
            var endpoint = asked.endpoint("echo-request", provider)
            endpoint.maximumOutputTokens = 2000
            endpoint.contextTokens = 4000
            let prompt = Prompt(turns: [.init(.user, "hi")])
            let told = await asked.ask(asked.chain([endpoint]), prompt, maximumTokens: maximum)
            let request = try JSONValue(parsing: told.text)
            let limit = Double(min(maximum ?? 2000, 2000))
            switch provider {
            case .ollama:
                #expect(request["options"]?["num_predict"]?.number == limit)
                #expect(request["options"]?["num_ctx"]?.number == 4000)
            case .openAI, .anthropic: #expect(request["max_tokens"]?.number == limit)
            }
            #expect(request["stream"]?.bool == true)
        }
    }

    @Test(arguments: ModelProvider.allCases)
    func anAnswerThatIsTooLongIsCutOff(_ provider: ModelProvider) async throws {
        let asked = try AskedChain()
        let told = await asked.ask("length-3", provider)
        #expect(told.text == words(3))
        #expect(told.end == .cutOff(.length, ModelUsage(inputTokens: 2, outputTokens: 3)))
    }

    /// Two seconds of thinking are longer than the time to the first text, and not silence.
    @Test(arguments: ModelProvider.allCases)
    func reasoningIsNotShownAndNotSilence(_ provider: ModelProvider) async throws {
        let asked = try AskedChain()
        let told = await asked.ask("reasoning-40", provider)
        #expect(told.text == words(3))
        #expect(told.end == .complete(ModelUsage(inputTokens: 2, outputTokens: 3)))
        #expect(told.milliseconds > 1900)
    }

    @Test func baseAddressesMayEndInASlash() async throws {
        let asked = try AskedChain()
        for (provider, base) in [
            (ModelProvider.ollama, "/"), (.openAI, "/v1/"), (.anthropic, "/v1"), (.anthropic, "/"),
        ] {
            var endpoint = asked.endpoint("fast-1", provider)
            endpoint.baseURL = asked.peer.url + base
            #expect(await asked.ask(asked.chain([endpoint])).text == "w0 ")
        }
    }

    @Test func noTokenOfManyStreamsIsLost() async throws {
        let asked = try AskedChain()
        let texts = await withTaskGroup(of: AskedChain.Told.self) { group in
            for index in 0..<150 {
                let provider = ModelProvider.allCases[index % 3]
                group.addTask { await asked.ask("steady-20:many", provider) }
            }
            return await group.reduce(into: [String: Int]()) { $0[$1.text, default: 0] += 1 }
        }
        #expect(texts == [words(20): 150])
        #expect(try await asked.peer.counts(of: "steady-20:many").completed == 150)
    }
}
