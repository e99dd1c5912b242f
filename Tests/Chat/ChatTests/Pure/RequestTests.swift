import Core
import SiteModel
import Testing

@testable import Chat

@Suite("Reading requests")
struct RequestTests {
    func question(_ json: String, key: String? = nil) throws -> ChatQuestion {
        try ChatQuestion(RequestObject(reading: Array(json.utf8)), key: key)
    }

    func fault(_ json: String) -> ChatFault? {
        do {
            _ = try question(json)
            return nil
        } catch { return error as? ChatFault }
    }

    @Test("a message has 1 to 4000 characters, whatever bytes they are made of")
    func lengths() throws {
        for character in ["a", "é", "💜"] {
            let longest = String(repeating: character, count: 4000)
            #expect(try question(#"{"message":"\#(longest)"}"#).message == longest)
            let fault = fault(#"{"message":"\#(longest + character)"}"#)
            #expect(fault?.status == 422)
            #expect(fault?.code == "message_too_long")
            #expect(fault?.field == "message")
            #expect(fault?.message.contains("4001") == true)
        }
    }

    @Test(
        "an empty message is told so",
        arguments: [
            "{}", #"{"message":""}"#, #"{"message":" \n\t\u00a0\u2003"}"#, #"{"message":null}"#,
        ])
    func empty(json: String) {
        #expect(fault(json)?.code == "message_empty")
        #expect(fault(json)?.status == 422)
    }

    @Test(
        "what is of another kind is refused with its name",
        arguments: [
            (#"{"message":7}"#, "message"), (#"{"message":"a\u0000b"}"#, "message"),
            (#"{"message":"a","conversation_id":"x"}"#, "conversation_id"),
            (#"{"message":"a","conversation_id":[]}"#, "conversation_id"),
            (#"{"message":"a","idempotency_key":""}"#, "idempotency_key"),
            (#"{"message":"a","personality":"a\nb"}"#, "personality"),
            (#"{"message":"a","personality":"furious"}"#, "personality"),
        ])
    func kinds(json: String, field: String) {
        #expect(fault(json)?.status == 422)
        #expect(fault(json)?.field == field)
    }

    @Test(
        "a body that is not a JSON object is 400",
        arguments: [
            "", "{", "[]", "null", "\"a\"", "{\"message\":\"a\"} x", "{'message':'a'}",
            "{\"message\":\"a\",}", "{\"message\":\"\u{1}\"}", "{\"message\":\"\\ud800\"}",
            "{\"message\":\"\\x\"}", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":1e}", "{\"a\" 1}",
        ])
    func notJSON(text: String) {
        #expect(fault(text)?.status == 400)
        #expect(fault(text)?.code == "invalid_json")
    }

    @Test("bytes that are not UTF-8, and depth without end, are 400")
    func hostile() {
        #expect(throws: ChatFault.self) {
            try RequestObject(reading: Array("{\"message\":\"".utf8) + [0xff] + Array("\"}".utf8))
        }
        let deep = String(repeating: "[", count: 60_000)
        #expect(fault(deep)?.status == 400)
        #expect(fault(deep)?.message.contains("nested too deeply") == true)
    }

    @Test("JSON is written so that it reads the same")
    func written() throws {
        let odd = "\u{0}\u{1f}\"\\/\n\r\t é😀\u{2028}"
        var json = JSONBytes()
        json.object {
            $0.member("odd", odd)
            $0.member("none", nil as String?)
            $0.name("list")
            $0.array([1, 2]) { $0.number($1) }
            $0.member("last", true)
        }
        let value = try JSONValue(parsing: json.bytes)
        #expect(value["odd"]?.string == odd)
        #expect(value["none"] == JSONValue.null)
        #expect(value["list"]?.array == [.number(1), .number(2)])
        #expect(value["last"] == true)
    }

    @Test("a key may come in the object or beside it")
    func keys() throws {
        #expect(try question(#"{"message":"a"}"#, key: "k").key == "k")
        #expect(try question(#"{"message":"a","idempotency_key":"o"}"#, key: "k").key == "o")
        #expect(throws: ChatFault.self) {
            try question(#"{"message":"a"}"#, key: String(repeating: "k", count: 256))
        }
    }

    @Test("an answer is regenerated without a message, a question is edited with one")
    func replacements() throws {
        let id = "6f1c1e0a-7f5b-4d53-9b0e-0d7f3a1f2c11"
        let conversation = #""conversation_id":"\#(id.uppercased())""#
        let again = try question(#"{\#(conversation),"regenerate":"\#(id)"}"#)
        #expect(again.replaces == .regenerate(id))
        #expect(again.conversation == id)
        let edit = try question(#"{\#(conversation),"edit":"\#(id)","message":"b"}"#)
        #expect(edit.replaces == .edit(id))
        #expect(fault(#"{\#(conversation),"edit":"\#(id)"}"#)?.code == "message_empty")
        #expect(fault(#"{"message":"b","edit":"\#(id)"}"#)?.status == 404)
        let both = #"{\#(conversation),"message":"b","edit":"\#(id)","regenerate":"\#(id)"}"#
        #expect(fault(both)?.status == 409)
    }

    @Test(
        "a conversation is called by the beginning of its first question",
        arguments: [
            ("What does it cost?", "What does it cost?"),
            ("  What\n\ndoes \u{202e}it\u{0} cost? ", "What does it cost?"),
            (
                "A question that goes on for quite a while before it comes to the point",
                "A question that goes on for quite a while before it comes to…"
            ),
            (String(repeating: "x", count: 100), String(repeating: "x", count: 59) + "…"),
            ("\u{200b}", "…"),
        ])
    func titles(question: String, title: String) {
        #expect(ConversationTitle.title(of: question) == title)
    }
}
