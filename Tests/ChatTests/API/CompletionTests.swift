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
            let whole = try await chat.post(path, "{\(Self.question)}")
            #expect(whole.status == 200)
            #expect(whole.json["object"]?.string == "chat.completion")
            let choice = whole.json["choices"]?.array?.first
            #expect(choice?["message"]?["content"]?.string == "w0 w1 w2 w3 ")
            #expect(choice?["finish_reason"]?.string == "stop")
            #expect((whole.json["usage"]?["completion_tokens"]?.number ?? 0) > 0)
            #expect(whole["set-cookie"] == nil)

            let stream = try await chat.post(
                path, #"{\#(Self.question),"stream":true,"stream_options":{"include_usage":true}}"#)
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
                #"{"model":"m","messages":[{"role":"tool","content":"a"}]}"#,
            ] {
                let answer = try await chat.post("/v1/chat/completions", json)
                #expect(answer.status == 422)
                #expect(answer.json["error"]?["type"]?.string == "invalid_request_error")
            }
            let models = try await chat.get("/v1/models")
            #expect(models.json["data"]?.array?.first?["id"]?.string == "testpilot")
        }
    }
}
