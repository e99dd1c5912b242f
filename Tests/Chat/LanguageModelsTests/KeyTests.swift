import Core
import TestSupport
import Testing

@testable import LanguageModels

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

    /// Where a row may have a key sent to, and where not.
    @Test(arguments: [
        // The provider's own, and this machine.
        ("https://api.openai.com/v1", nil, true), ("https://API.OpenAI.com:443/v1", nil, true),
        ("http://127.0.0.1:8080", nil, true), ("http://localhost", nil, true),
        ("http://[::1]:8080/v1", nil, true),
        ("http://api.openai.com/v1", nil, false), ("https://evil.example/v1", nil, false),
        ("https://api.openai.com.evil.example", nil, false),
        ("https://evil.example/api.openai.com", nil, false),
        ("https://evil.example?api.openai.com", nil, false),
        ("https://api.openai.com@evil.example", nil, false),
        ("https://evil.example\\@api.openai.com", nil, false),
        ("https://127.0.0.1.evil.example", nil, false), ("http://127.evil.example", nil, false),
        ("http://2130706433", nil, false), ("http://0x7f.0.0.1", nil, false),
        ("https://api.openai.com./v1", nil, false), ("https://api.anthropic.com", nil, false),
        ("https://[fe80::1%25eth0]/", nil, false), ("https://", nil, false),
        // Those that the environment lists, and no others.
        ("https://api.groq.com/openai/v1", "api.groq.com", true),
        ("https://api.groq.com:8443", "api.groq.com", true),
        ("https://api.groq.com:8443", "api.groq.com:443", false),
        ("https://b.example", "a.example, B.example", true),
        ("https://[2001:db8::1]:443", "2001:db8::1", true),
        ("http://api.groq.com", "api.groq.com", false),
        ("https://api.openai.com/v1", "api.groq.com", false),
        ("http://127.0.0.1:8080", "api.groq.com", false),
    ])
    func aKeyIsBoundToHosts(url: String, hosts: String?, isSent: Bool) {
        var environment = ["ROBBIEBLOCKS_KEY_CLOUD": "sk-secret-123"]
        environment["ROBBIEBLOCKS_KEY_CLOUD_HOSTS"] = hosts
        let keys = ModelKeys(environment: environment)
        let endpoint = ModelEndpoint(
            name: "the row", provider: .openAI, baseURL: url, model: "m", keyName: "CLOUD")
        do throws(ModelFailure) {
            let key = try keys.key(for: endpoint)
            #expect(key == "sk-secret-123")
            #expect(isSent)
        } catch {
            #expect(!isSent)
            #expect(error.code == .notConfigured)
            let words = error.diagnostic.message
            #expect(words.contains("'the row'") && words.contains("ROBBIEBLOCKS_KEY_CLOUD"))
            #expect(!words.contains("secret"))
        }
    }

    @Test func aListOfHostsIsNoKey() {
        let keys = ModelKeys(environment: ["ROBBIEBLOCKS_KEY_CLOUD_HOSTS": "a.example"])
        #expect(keys.names == [])
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
