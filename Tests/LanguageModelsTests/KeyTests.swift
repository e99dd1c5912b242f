import LanguageModels
import TestSupport
import Testing

/// Keys go into requests, and nowhere else.
@Suite struct KeyTests {
    private static func endpoint(_ asked: AskedChain, _ model: String, _ provider: ModelProvider)
        -> ModelEndpoint
    {
        var endpoint = asked.endpoint(model, provider)
        endpoint.keyName = "PEER"
        return endpoint
    }

    @Test(arguments: ModelProvider.allCases)
    func aKeyIsSent(_ provider: ModelProvider) async throws {
        let asked = try AskedChain()
        let chain = asked.chain(
            [Self.endpoint(asked, "needs-key", provider)],
            keys: ["ROBBIEBLOCKS_KEY_PEER": "peer-key-1"])
        #expect(await asked.ask(chain).text == words(3))
    }

    /// One server quotes the key in its refusal, the other in an error of its own.
    @Test(arguments: ModelProvider.allCases, ["needs-key", "quotes-key"])
    func aKeyIsNeverShown(_ provider: ModelProvider, _ model: String) async throws {
        let asked = try AskedChain()
        let chain = asked.chain(
            [Self.endpoint(asked, model, provider)],
            keys: ["ROBBIEBLOCKS_KEY_PEER": "sk-secret-123"])
        let told = await asked.ask(chain)
        guard case .unavailable(let failures) = told.end else {
            Issue.record("it was answered")
            return
        }
        #expect(failures.count == 1)
        #expect(failures.first?.message.contains("status") == true)
        for shown in [
            String(reflecting: told), String(reflecting: asked.attempts),
            failures.map { "\($0.diagnostic)" }.joined(),
        ] {
            #expect(!shown.contains("secret"))
        }
    }

    @Test func aKeyThatIsNotThereIsNamed() async throws {
        let asked = try AskedChain()
        let chain = asked.chain(
            [Self.endpoint(asked, "fast-3", .openAI)], keys: ["PEER": "peer-key", "HOME": "x"])
        guard case .unavailable(let failures) = await asked.ask(chain).end else {
            Issue.record("it was answered")
            return
        }
        #expect(failures.map(\.code) == [.notConfigured])
        #expect(failures.first?.message.contains("ROBBIEBLOCKS_KEY_PEER") == true)
        #expect(try await asked.peer.counts().requests == 0)
    }

    @Test func noOtherVariableIsRead() async throws {
        let asked = try AskedChain()
        var endpoint = asked.endpoint("needs-key", .openAI)
        for name in ["PATH", "../PEER", "DATABASE_URL"] {
            endpoint.keyName = name
            let chain = asked.chain(
                [endpoint], keys: ["PATH": "peer-key", "DATABASE_URL": "peer-key"])
            #expect(await asked.ask(chain).failures == ["not-configured"])
        }
    }

    @Test func aKeyCannotBringALineOfItsOwn() async throws {
        let asked = try AskedChain()
        let chain = asked.chain(
            [Self.endpoint(asked, "needs-key", .openAI)],
            keys: ["ROBBIEBLOCKS_KEY_PEER": "peer-key\r\nx: y"])
        #expect(await asked.ask(chain).failures == ["not-configured"])
    }

    @Test func keysDescribeTheirNamesOnly() {
        let keys = ModelKeys(environment: [
            "ROBBIEBLOCKS_KEY_A": "one", "ROBBIEBLOCKS_KEY_B": "two",
        ])
        #expect(keys.names == ["A", "B"])
        var dumped = ""
        dump(keys, to: &dumped)
        for shown in ["\(keys)", String(reflecting: keys), dumped] {
            #expect(!shown.contains("one") && !shown.contains("two"))
        }
    }
}
