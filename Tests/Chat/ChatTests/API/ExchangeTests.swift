import Core
import Dispatch
import Foundation
import PostgreSQL
import SiteModel
import System
import TestSupport
import Testing

@testable import Chat

@Suite("Asking over HTTP")
struct ExchangeTests {
    @Test("a model's answer is said, stored, and counted")
    func model() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["fast-5"]) { chat in
            let answer = try await chat.post(#"{"message":"Hello?"}"#)
            #expect(answer.status == 200)
            #expect(answer.json["content"]?.string == "w0 w1 w2 w3 w4 ")
            #expect(answer.json["source"]?.string == "model")
            #expect(answer.json["model"]?.string == "fast-5")
            #expect(answer.json["status"]?.string == "complete")
            let cookie = try #require(answer.cookie)
            #expect(answer["set-cookie"]?.contains("HttpOnly; SameSite=Lax") == true)
            let conversation = try #require(answer.json["conversation_id"]?.string)
            let messages = try await chat.get(
                "/api/conversations/\(conversation)/messages", cookie: cookie)
            #expect(messages.json["messages"]?.array?.count == 2)
            #expect(
                messages.json["messages"]?.array?.last?["id"] == answer.json["message_id"])
            let list = try await chat.get("/api/conversations", cookie: cookie)
            #expect(list.json["conversations"]?.array?.first?["title"]?.string == "Hello?")
            #expect(
                chat.service.metricsText.contains(
                    #"answers_total{node="testpilot",source="model",status="complete"} 1"#))
        }
    }

    @Test("without a model the answer is retrieval's, and says so")
    func retrieval() async throws {
        try await RunningChat.with { chat in
            let answer = try await chat.post(#"{"message":"What does it cost?"}"#)
            #expect(answer.status == 200)
            #expect(answer.json["source"]?.string == "retrieval")
            #expect(answer.json["model"] == JSONValue.null)
            #expect(answer.json["content"]?.string?.contains("No language model") == true)
        }
    }

    @Test("a stream numbers its events, and every word arrives in order")
    func stream() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["steady-10"]) { chat in
            let answer = try await chat.post(
                #"{"message":"Hello?"}"#, headers: ["accept": "text/event-stream"])
            #expect(answer["content-type"] == "text/event-stream; charset=utf-8")
            #expect(answer["x-accel-buffering"] == "no")
            let events = answer.events
            #expect(events.map(\.id) == Array(1...events.count))
            #expect(events.first?.name == "start")
            #expect(events.last?.name == "complete")
            let text = events.compactMap { $0.data["text"]?.string }.joined()
            #expect(text == (0..<10).map { "w\($0) " }.joined())
        }
    }

    @Test("only the visitor who lost the stream gets the rest of it")
    func resume() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["steady-30"]) { chat in
            let first = try await chat.post("/api/conversations", "{}")
            let cookie = try #require(first.cookie)
            // Reads the beginning and hangs up.
            let begun = try await chat.client.onThread {
                let connection = try HTTPConnection(to: chat.client)
                try connection.write(
                    HTTPClient.request(
                        "POST", "/api/chat",
                        headers: [
                            "content-type": "application/json", "accept": "text/event-stream",
                            "cookie": cookie,
                        ], body: Array(#"{"message":"Hello?"}"#.utf8)))
                var text = ""
                while !text.contains("id: 4\n") {
                    text += String(decoding: try connection.readSome(), as: UTF8.self)
                }
                return text
            }
            let range = try #require(begun.range(of: #""message_id":""#))
            let id = String(begun[range.upperBound...].prefix(36))
            let rest = try await chat.client.send(
                "GET", "/api/messages/\(id)/stream",
                headers: ["cookie": cookie, "last-event-id": "3"])
            #expect(rest.status == 200)
            #expect(rest.events.first?.id == 4)
            #expect(rest.events.last?.name == "complete")
            #expect(rest.events.last?.data["status"]?.string == "complete")
            // Pieces that came together are one: what was read before counts.
            let seen = HTTPAnswer(status: 200, fields: [], body: Array(begun.utf8)).events
                .filter { $0.id <= 3 }
            let text = (seen + rest.events).compactMap { $0.data["text"]?.string }.joined()
            #expect(text == (0..<30).map { "w\($0) " }.joined())
            // It is kept for a while after its end, for its own visitor.
            let again = try await chat.get("/api/messages/\(id)/stream", cookie: cookie)
            let whole = again.events.compactMap { $0.data["text"]?.string }.joined()
            #expect(whole == (0..<30).map { "w\($0) " }.joined())
            let stranger = try await chat.post("/api/conversations", "{}")
            let foreign = try await chat.get(
                "/api/messages/\(id)/stream", cookie: stranger.cookie)
            #expect(foreign.status == 404)
        }
    }

    @Test(
        "a question is stopped, also before the first word, and what was said stands",
        arguments: ["steady-1000", "hang"])
    func stop(model: String) async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: [model]) { chat in
            let made = try await chat.post("/api/conversations", "{}")
            let cookie = try #require(made.cookie)
            let id = try #require(made.json["id"]?.string)
            async let answer = chat.post(
                #"{"message":"Go on","conversation_id":"\#(id)"}"#, cookie: cookie)
            // One that is stopped sooner never reaches the model.
            _ = try await peer.counts(of: model) { $0.requests == 1 }
            try await waitUntil("the question is stopped") {
                let stopped = try await chat.post(
                    "/api/conversations/\(id)/stop", "", cookie: cookie)
                #expect(stopped.status == 200)
                return stopped.json["stopped"]?.array?.isEmpty == false
            }
            #expect(try await answer.json["status"]?.string == "stopped")
            let counts = try await peer.counts(of: model) {
                $0.cancelled == 1
            }
            #expect(counts.cancelled == 1)
            #expect(try chat.count("messages WHERE status = 'stopped'") == 1)
        }
    }

    @Test("a client who is gone takes the question to the model with it, within a second")
    func gone() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["steady-1000"]) { chat in
            for path in ["/api/chat", "/v1/chat/completions"] {
                let before = try await peer.counts(of: "steady-1000")
                let body =
                    path == "/api/chat"
                    ? #"{"message":"Go on"}"#
                    : #"{"model":"x","stream":true,"messages":[{"role":"user","content":"a"}]}"#
                let isAsked = DispatchSemaphore(value: 0)
                async let client: Void = chat.client.onThread {
                    let connection = try HTTPConnection(to: chat.client)
                    try connection.write(
                        HTTPClient.request(
                            "POST", path,
                            headers: ["content-type": "application/json"].merging(
                                RunningChat.keyed
                            ) { $1 },
                            body: Array(body.utf8)))
                    _ = isAsked.wait(timeout: .now() + 20)
                }
                _ = try await peer.counts(of: "steady-1000") {
                    $0.requests == before.requests + 1
                }
                isAsked.signal()
                try await client
                let counts = try await peer.counts(of: "steady-1000") {
                    $0.cancelled == before.cancelled + 1
                }
                #expect(counts.requests == before.requests + 1)
                #expect(counts.cancelled == before.cancelled + 1)
            }
        }
    }

    @Test("a request that comes again with its key is asked once", arguments: [true, false])
    func idempotency(atOnce: Bool) async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["steady-5"]) { chat in
            let made = try await chat.post("/api/conversations", "{}")
            let cookie = try #require(made.cookie)
            let json = #"{"message":"Once","idempotency_key":"k1"}"#
            async let first = chat.post(json, cookie: cookie)
            if !atOnce { _ = try await first }
            // Another question that comes later is asked before it is known that the answer is stored.
            let lock = atOnce ? nil : try lockMessages(of: chat)
            async let again = chat.post(json, cookie: cookie)
            if let lock {
                try await chat.waitForLock()
                async let other = chat.post(#"{"message":"Another visitor's"}"#)
                try await waitUntil("the other question is asked") {
                    try await peer.counts(of: "steady-5").requests >= 2
                }
                try lock.run("ROLLBACK")
                #expect(try await other.status == 200)
            }
            let (one, second) = (try await first, try await again)
            #expect(second.json["message_id"] == one.json["message_id"])
            #expect(second.json["content"] == one.json["content"])
            let questions = atOnce ? 1 : 2
            #expect(try chat.count("messages WHERE role = 'user'") == questions)
            #expect(try chat.count("messages WHERE role = 'assistant'") == questions)
            #expect(try await peer.counts(of: "steady-5").requests == questions)
            let other = try await chat.post(
                #"{"message":"Another","idempotency_key":"k1"}"#, cookie: cookie)
            #expect(other.status == 409)
        }
    }

    /// Nothing is stored until the transaction of this connection ends.
    private func lockMessages(of chat: RunningChat) throws -> Connection {
        let lock = try chat.database.connect()
        try lock.run("BEGIN")
        try lock.run("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE")
        return lock
    }

    @Test("a model is asked while the question is being stored, but nothing is sent before")
    func askedWhileStored() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["steady-5"]) { chat in
            let lock = try lockMessages(of: chat)
            let isHeard = Gate()
            async let asked = {
                let answer = try await chat.post(
                    #"{"message":"First"}"#, headers: ["accept": "text/event-stream"])
                isHeard.open()
                return answer
            }()
            try await waitUntil("all of it is said") {
                try await peer.counts(of: "steady-5").completed == 1
            }
            #expect(!isHeard.isOpen)
            try lock.run("ROLLBACK")
            let answer = try await asked
            #expect(answer.status == 200)
            #expect(answer.events.map(\.name).last == "complete")
            #expect(try chat.count("messages WHERE status = 'complete'") == 2)
        }
    }

    @Test("a model that was asked a question that cannot be stored is given up")
    func givenUpWhenNotStored() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["steady-1000"]) { chat in
            let lock = try lockMessages(of: chat)
            async let asked = chat.post(#"{"message":"First"}"#)
            try await waitUntil("it is asked") {
                try await peer.counts(of: "steady-1000").requests == 1
            }
            try lock.run("REVOKE INSERT ON messages FROM robbieblocks_chat")
            try lock.run("COMMIT")
            #expect(try await asked.status == 503)
            let counts = try await peer.counts(of: "steady-1000") {
                $0.cancelled == 1
            }
            #expect(counts.cancelled == 1)
            let health = try await chat.get("/api/health")
            #expect(health.json["running_answers"]?.number == 0)
        }
    }

    @Test("an answer is regenerated and a question edited; earlier versions stay available")
    func versions() async throws {
        let peer = try ModelPeer.start()
        try await RunningChat.with(peer: peer, models: ["echo"]) { chat in
            let first = try await chat.post(#"{"message":"One"}"#)
            let cookie = try #require(first.cookie)
            let id = try #require(first.json["conversation_id"]?.string)
            let answer = try #require(first.json["message_id"]?.string)
            let again = try await chat.post(
                #"{"conversation_id":"\#(id)","regenerate":"\#(answer)"}"#, cookie: cookie)
            #expect(again.status == 200)
            #expect(again.json["user_message_id"] == first.json["user_message_id"])
            #expect(again.json["message_id"] != first.json["message_id"])
            let versions = try await chat.get("/api/messages/\(answer)/versions", cookie: cookie)
            #expect(versions.json["messages"]?.array?.count == 2)
            let question = try #require(first.json["user_message_id"]?.string)
            let edited = try await chat.post(
                #"{"message":"Two","conversation_id":"\#(id)","edit":"\#(question)"}"#,
                cookie: cookie)
            #expect(edited.json["content"]?.string?.contains("Two") == true)
            #expect(edited.json["content"]?.string?.contains("One") == false)
        }
    }

    @Test("a form without JavaScript gets a page in which nothing is code")
    func form() async throws {
        try await RunningChat.with { chat in
            let answer = try await chat.post(
                "message=%3Cscript%3Ealert(1)%3C%2Fscript%3E+%26+caf%C3%A9",
                headers: [
                    "content-type": "application/x-www-form-urlencoded",
                    "referer": "http://127.0.0.1:\(chat.client.port)/about/",
                ])
            #expect(answer.status == 200)
            #expect(answer["content-type"] == "text/html; charset=utf-8")
            #expect(answer.text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; café"))
            #expect(!answer.text.contains("<script"))
            #expect(answer.text.contains(#"<a href="/about/">"#))
            let empty = try await chat.post(
                "message=", headers: ["content-type": "application/x-www-form-urlencoded"])
            #expect(empty.status == 422)
            #expect(empty.text.contains("The message is empty."))
        }
    }
}
