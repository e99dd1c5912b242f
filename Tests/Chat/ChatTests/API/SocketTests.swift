import Core
import Foundation
import PostgreSQL
import SiteModel
import TestSupport
import Testing

@testable import Chat

@Suite("Talking over a WebSocket")
struct SocketTests {
    /// Reads messages until one is wanted, that one included.
    static func read(
        _ peer: WebSocketPeer, until isWanted: (JSONValue) -> Bool
    ) throws -> [JSONValue] {
        var messages: [JSONValue] = []
        while let frame = try peer.receive() {
            guard frame.opcode == 1 else { continue }
            let message = try JSONValue(parsing: frame.text)
            messages.append(message)
            if isWanted(message) { return messages }
        }
        throw HTTPClient.Failure(description: "the socket was closed: \(messages)")
    }

    @Test("several conversations at once on one socket, each in order")
    func conversations() async throws {
        let models = try ModelPeer.start()
        try await RunningChat.with(peer: models, models: ["steady-10"]) { chat in
            let messages = try await chat.client.onThread {
                let peer = try WebSocketPeer(to: chat.client)
                guard peer.answer.status == 101, peer.answer["set-cookie"] != nil else {
                    throw HTTPClient.Failure(description: "\(peer.answer)")
                }
                for name in ["a", "b", "c"] {
                    try peer.send(
                        #"{"type":"send_message","message":"Hi","request_id":"\#(name)"}"#)
                }
                var left = 3
                return try Self.read(peer) {
                    if $0["type"]?.string == "message_complete" { left -= 1 }
                    return left == 0
                }
            }
            #expect(messages.first?["type"]?.string == "personality")
            #expect(messages.first?["mood_name"]?.string == "professional")
            for name in ["a", "b", "c"] {
                let mine = messages.filter { $0["request_id"]?.string == name }
                let text = mine.compactMap { $0["text"]?.string }.joined()
                #expect(text == (0..<10).map { "w\($0) " }.joined())
                #expect(mine.last?["status"]?.string == "complete")
                #expect(Set(mine.map { $0["conversation_id"] }).count == 1)
            }
        }
    }

    @Test("an answer continues without its socket, and is resumed on the next")
    func resume() async throws {
        let models = try ModelPeer.start()
        try await RunningChat.with(peer: models, models: ["steady-20"]) { chat in
            let text = try await chat.client.onThread {
                let first = try WebSocketPeer(to: chat.client)
                let cookie = first.answer.cookie ?? ""
                try first.send(#"{"type":"send_message","message":"Hi"}"#)
                let begun = try Self.read(first) { $0["id"]?.number == 4 }
                let id = begun.last?["message_id"]?.string ?? ""
                let second = try WebSocketPeer(to: chat.client, headers: ["cookie": cookie])
                try second.send(#"{"type":"resume","message_id":"\#(id)","after":4}"#)
                let rest = try Self.read(second) { $0["type"]?.string == "message_complete" }
                return (begun + rest).compactMap { $0["text"]?.string }.joined()
            }
            #expect(text == (0..<20).map { "w\($0) " }.joined())
        }
    }

    @Test("a change of personality reaches every open socket, whatever made it")
    func personality() async throws {
        try await RunningChat.with { chat in
            let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
            async let moods = chat.client.onThread {
                let peers = try (0..<3).map { _ in try WebSocketPeer(to: chat.client) }
                for peer in peers { _ = try Self.read(peer) { _ in true } }
                isReady.yield()
                return try peers.map { peer in
                    try Self.read(peer) { $0["mood"]?.number == 6 }.last?["mood_name"]?.string
                }
            }
            for await _ in ready { break }
            try chat.database.run(
                "INSERT INTO ai_personality_state (node_id, mood) VALUES ('testpilot', 6) "
                    + "ON CONFLICT (node_id) DO UPDATE SET mood = 6")
            #expect(try await moods == ["excited", "excited", "excited"])
            let changed = try await chat.client.send(
                "PUT", "/api/personality",
                headers: [
                    "content-type": "application/json",
                    "authorization": "Bearer \(RunningChat.adminToken)",
                ], body: Array(#"{"mood":1,"gandhi_genghis":9}"#.utf8))
            #expect(changed.status == 200)
            #expect(changed.json["mood_name"]?.string == "calm")
            #expect(try await chat.get("/api/personality").json == changed.json)
        }
    }

    @Test("errors are reported, and a client that repeats them is disconnected")
    func faults() async throws {
        try await RunningChat.with { chat in
            let (codes, close) = try await chat.client.onThread {
                let peer = try WebSocketPeer(to: chat.client)
                _ = try Self.read(peer) { _ in true }
                var codes: [String] = []
                for text in [
                    "nonsense", #"{"type":"dance"}"#, #"{"type":"send_message","message":""}"#,
                    #"{"type":"resume","message_id":"00000000-0000-0000-0000-000000000000"}"#,
                ] {
                    try peer.send(text)
                    let message = try Self.read(peer) { $0["type"]?.string == "error" }.last
                    codes.append(message?["code"]?.string ?? "")
                }
                for _ in 0..<20 { try peer.send("nonsense") }
                return (codes, try peer.receiveClose())
            }
            #expect(
                codes == ["invalid_json", "invalid_value", "message_empty", "message_not_found"])
            #expect(close == 1008)
        }
    }

    @Test("a flood of sockets is refused beyond an address's share, and others get theirs")
    func flood() async throws {
        try await RunningChat.with(limits: ["sockets-per-address=20"]) { chat in
            try await chat.client.onThread {
                // Each comes without a cookie, so that it is another visitor.
                let peers = try (0..<300).map { _ in try WebSocketPeer(to: chat.client) }
                let statuses = peers.map(\.answer.status)
                #expect(statuses.count { $0 == 101 } == 20)
                #expect(statuses.count { $0 == 429 } == 280)
                for peer in peers where peer.answer.status == 429 {
                    #expect((Int(peer.answer["retry-after"] ?? "") ?? 0) >= 1)
                }
                let other = try WebSocketPeer(
                    to: chat.client, headers: ["x-real-ip": "198.51.100.7"])
                #expect(other.answer.status == 101)
                withExtendedLifetime(peers) {}
            }
            #expect(try await chat.post(#"{"message":"Hello"}"#).status == 200)
        }
    }

    @Test("a flood of questions on one socket is refused one by one")
    func questionFlood() async throws {
        try await RunningChat.with(limits: ["questions-per-visitor=6"]) { chat in
            let codes = try await chat.client.onThread {
                let peer = try WebSocketPeer(to: chat.client)
                for number in 0..<10 {
                    try peer.send(
                        #"{"type":"send_message","message":"Hi","request_id":"\#(number)"}"#)
                }
                var (completed, refused) = (0, [String]())
                while completed + refused.count < 10, let frame = try peer.receive() {
                    guard frame.opcode == 1 else { continue }
                    let message = try JSONValue(parsing: frame.text)
                    if message["type"]?.string == "message_complete" { completed += 1 }
                    if message["type"]?.string == "error" {
                        refused.append(message["code"]?.string ?? "")
                    }
                }
                return refused
            }
            #expect(codes == Array(repeating: "too_many_requests", count: 7))
        }
    }
}
