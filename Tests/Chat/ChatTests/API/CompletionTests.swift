import Core
import LanguageModels
import PostgreSQL
import SiteModel
import TestSupport
import Testing

@testable import Chat

@Suite("The API that programs made for OpenAI use")
struct CompletionTests {
    private static let question = #""model":"m","messages":[{"role":"user","content":"Hi"}]"#

    @Test("answers whole and in pieces, with the tokens counted")
    func completions() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["fast-4"]) { chat in
            let path = "/v1/chat/completions"
            let whole = try await chat.post(path, "{\(Self.question)}", headers: RunningChat.keyed)
            #expect(whole.status == 200)
            #expect(whole.json["object"]?.string == "chat.completion")
            let choice = whole.json["choices"]?.array?.first
            #expect(choice?["message"]?["content"]?.string == "w0 w1 w2 w3 ")
            #expect(choice?["finish_reason"]?.string == "stop")
            #expect((whole.json["usage"]?["completion_tokens"]?.number ?? 0) > 0)
            #expect(whole["set-cookie"] == nil)

            let stream = try await chat.post(
                path, #"{\#(Self.question),"stream":true,"stream_options":{"include_usage":true}}"#,
                headers: RunningChat.keyed)
            let lines = stream.text.split(separator: "\n").map { $0.dropFirst(6) }
            #expect(lines.last == "[DONE]")
            let pieces = try lines.dropLast().map { try JSONValue(parsing: String($0)) }
            #expect(Set(pieces.map { $0["id"] }).count == 1)
            let text = pieces.compactMap {
                $0["choices"]?.array?.first?["delta"]?["content"]?.string
            }.joined()
            #expect(text == "w0 w1 w2 w3 ")
            #expect(pieces.last?["usage"] != nil)
            // Nothing of it is kept.
            #expect(try chat.count("messages") == 0)
        }
    }

    @Test("says what is wrong as those programs expect it")
    func faults() async throws {
        try await RunningChat.with { chat in
            for json in [
                "{}", #"{"model":"m"}"#, #"{"model":"m","messages":[]}"#,
                #"{\#(Self.question),"n":2}"#,
                #"{"model":"m","messages":[{"role":"wizard","content":"a"}]}"#,
            ] {
                let answer = try await chat.post(
                    "/v1/chat/completions", json, headers: RunningChat.keyed)
                #expect(answer.status == 422)
                #expect(answer.json["error"]?["type"]?.string == "invalid_request_error")
            }
            let models = try await chat.client.send(
                "GET", "/v1/models", headers: RunningChat.keyed)
            #expect(models.json["data"]?.array?.first?["id"]?.string == "testpilot")
        }
    }

    @Test("refuses by name what would give an answer another form")
    func otherForms() throws {
        for (name, value) in [
            ("tool_choice", #""required""#), ("tool_choice", #"{"type":"function"}"#),
            ("tools", #""x""#), ("functions", #"[{"name":"f"}]"#),
            ("function_call", #"{"name":"f"}"#),
            ("response_format", #"{"type":"json_object"}"#), ("logprobs", "true"),
            ("top_logprobs", "3"), ("n", "2"), ("modalities", #"["text","audio"]"#),
            ("audio", #"{"voice":"alloy"}"#), ("prediction", "{}"), ("web_search_options", "{}"),
            ("stop", "1"), ("stop", #"["a","b","c","d","e"]"#), ("stop", #"[""]"#),
        ] {
            let object = try RequestObject(
                reading: Array(#"{\#(Self.question),"\#(name)":\#(value)}"#.utf8))
            let fault = #expect(throws: ChatFault.self) { try CompletionRequest(object) }
            #expect(fault?.field == name)
            #expect(fault?.message.contains(name) == true)
        }
        // Settings are accepted, and so are members that request no other form.
        let taken = """
            {\(Self.question),"temperature":0.2,"top_p":1,"seed":3,"user":"u","tools":[{"type":"function"}],
            "tool_choice":"auto","response_format":{"type":"text"},"logprobs":false,"functions":[],
            "modalities":["text"],"audio":null,"stop":null}
            """
        let request = try CompletionRequest(try RequestObject(reading: Array(taken.utf8)))
        #expect(request.question == "Hi" && request.stops == [])
    }

    @Test(
        "takes the turns of tools: what was asked is the question, and the results come before it")
    func toolTurns() throws {
        let json = #"""
            {"model":"m","messages":[
              {"role":"system","content":"Be brief."},
              {"role":"user","content":"What does it weigh?"},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"1","type":"function","function":{"name":"scale","arguments":"{\"a\":1}"}}]},
              {"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"4 kg"}]}]}
            """#
        let request = try CompletionRequest(try RequestObject(reading: Array(json.utf8)))
        #expect(request.question == "What does it weigh?")
        #expect(
            request.turns.map(\.text) == [
                "Be brief.", #"[called the tool scale with {"a":1}]"#, "Result of a tool: 4 kg",
            ])
        #expect(request.turns.map(\.role) == [.user, .assistant, .user])
    }

    @Test("ends before a sequence that a program names, however it is cut")
    func stops() async throws {
        for (stops, text, shown) in [
            (["two"], "one two three", "one "), (["three", "two"], "one two three", "one "),
            (["twos"], "one two three", "one two three"), ([], "one two", "one two"),
            (["\n\n"], "a\nb\n\nc", "a\nb"), (["é!"], "aéé!b", "aé"), (["e t"], "one two", "on"),
            (["aab"], "aaab", "a"),
        ] {
            for length in 1...4 {
                var stop = StopText(stops)
                var said = ""
                let characters = Array(text)
                for start in stride(from: 0, to: characters.count, by: length) {
                    said += stop.take(String(characters[start...].prefix(length)))
                }
                said += stop.finish()
                #expect(said == shown, "\(stops) in \(text)")
                #expect(stop.isOver == (shown != text))
            }
        }
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["steady-1000"]) { chat in
            let answer = try await chat.post(
                "/v1/chat/completions", #"{\#(Self.question),"stop":["w3 w"]}"#,
                headers: RunningChat.keyed)
            let choice = answer.json["choices"]?.array?.first
            #expect(choice?["message"]?["content"]?.string == "w0 w1 w2 ")
            #expect(choice?["finish_reason"]?.string == "stop")
            // The model is not read on.
            let counts = try await peer.counts(of: "steady-1000") {
                $0.cancelled == 1
            }
            #expect(counts.cancelled == 1)
        }
    }

    @Test("is off without a key, and closed to those who do not show it")
    func keys() async throws {
        try await RunningChat.with { chat in
            for (headers, code) in [
                ([:], "invalid_api_key"), (["authorization": "Bearer x"], "invalid_api_key"),
                (["authorization": RunningChat.apiKey], "invalid_api_key"),
                (["authorization": "Bearer \(RunningChat.adminToken)"], "invalid_api_key"),
            ] {
                for path in ["/v1/models", "/v1/chat/completions"] {
                    let answer = try await chat.client.send(
                        path.hasSuffix("models") ? "GET" : "POST", path,
                        headers: headers.merging(["content-type": "application/json"]) { $1 },
                        body: path.hasSuffix("models") ? [] : Array("{\(Self.question)}".utf8))
                    #expect(answer.status == 401)
                    #expect(answer.code == code)
                    #expect(answer["www-authenticate"] == "Bearer")
                }
            }
        }
        try await RunningChat.with(apiKeys: []) { chat in
            let answer = try await chat.client.send(
                "GET", "/v1/models", headers: RunningChat.keyed)
            #expect(answer.status == 404)
            #expect(answer.code == "api_disabled")
        }
    }

    @Test("has a daily limit of tokens and of cost, which processes share and a restart keeps")
    func dailyLimit() async throws {
        let peer = try ModelPeer.start()
        let database = try await TestDatabase()
        try RunningChat.use(["fast-4"], of: peer, in: database)
        try database.run("UPDATE ai_model_chain SET input_price = 2.5, output_price = 10")
        func ask(_ chat: RunningChat, tokens: Int = 100) async throws -> HTTPAnswer {
            try await chat.post(
                "/v1/chat/completions", #"{\#(Self.question),"max_tokens":\#(tokens)}"#,
                headers: RunningChat.keyed)
        }
        func used(_ column: String) throws -> Int {
            try database.connect().run(
                "SELECT \(unsafeSQL: column) FROM ai_daily_usage WHERE node_id = \(RunningChat.node)"
            )[0].value(0)
        }
        try await RunningChat.with(database: database, limits: ["api-tokens-per-day=5000"]) {
            chat in
            #expect(try await ask(chat).status == 200)
            let tokens = try used("tokens")
            #expect((1..<1000).contains(tokens))
            #expect(try used("cost_micros") > tokens * 2)
            // Another process counts in the same row.
            try await RunningChat.with(database: database, limits: ["api-tokens-per-day=5000"]) {
                let status = try await ask($0).status
                #expect(status == 200)
            }
            #expect(try used("tokens") > tokens)
            try database.run("UPDATE ai_daily_usage SET tokens = 4900")
            let refused = try await ask(chat)
            #expect(refused.status == 429)
            #expect(refused.code == "daily_limit_reached")
            #expect((1...86_400).contains(Int(refused["retry-after"] ?? "") ?? 0))
            #expect(try used("tokens") == 4900)
        }
        // After a restart it is as it was; cost has a limit of its own.
        try await RunningChat.with(
            database: database, limits: ["api-tokens-per-day=100000", "api-cost-per-day=1"]
        ) { chat in
            #expect(try await ask(chat).status == 200)
            try database.run("UPDATE ai_daily_usage SET cost_micros = 999_990")
            #expect(try await ask(chat).status == 429)
            try database.run("UPDATE ai_daily_usage SET day = day - 1")
            #expect(try await ask(chat).status == 200)
            // Many at once stay within it together.
            try database.run("UPDATE ai_daily_usage SET tokens = 0, cost_micros = 0")
            try database.run(
                "UPDATE ai_daily_usage SET tokens = 95_000 WHERE day = (SELECT max(day) FROM ai_daily_usage)"
            )
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await ask(chat, tokens: 1000).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.contains(200) && statuses.contains(429))
        }
        // Visitors are not bound by it.
        try await RunningChat.with(database: database, limits: ["api-tokens-per-day=1"]) { chat in
            let answer = try await chat.post(#"{"message":"Hello?"}"#)
            #expect(answer.status == 200)
        }
    }
}
