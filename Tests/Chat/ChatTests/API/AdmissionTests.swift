import Core
import HTTP
import PostgreSQL
import SiteModel
import System
import TestSupport
import Testing

@testable import Chat

@Suite("Who is let in")
struct AdmissionTests {
    @Test("tokens that are not ours are 401, and are taken away")
    func tokens() async throws {
        try await RunningChat.with { chat in
            let tokens = VisitorTokens(
                secrets: try ChatSecrets([Array(RunningChat.secret.utf8)]))
            let forger = VisitorTokens(
                secrets: try ChatSecrets([Array("the-secret-of-somebody-else-here".utf8)]))
            let now = wallClockMilliseconds() / 1000
            let visitor = "6f1c1e0a-7f5b-4d53-9b0e-0d7f3a1f2c11"
            let genuine = tokens.issue(to: visitor, on: RunningChat.node, now: now)
            let parts = genuine.split(separator: ".").map(String.init)
            let none = Base64URL.encode(#"{"alg":"none","typ":"JWT"}"#.utf8)
            for token in [
                forger.issue(to: visitor, on: RunningChat.node, now: now),
                tokens.issue(to: visitor, on: RunningChat.node, now: now - 31 * 86_400),
                tokens.issue(to: visitor, on: RunningChat.other, now: now),
                "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])", "nonsense", "",
            ] {
                let answer = try await chat.post(
                    #"{"message":"Hello"}"#, cookie: "robbieblocks_visitor=\(token)")
                #expect(answer.status == 401)
                #expect(answer.code == "invalid_session")
                #expect(answer["set-cookie"]?.contains("Max-Age=0") == true)
            }
            let welcome = try await chat.get(
                "/api/conversations", cookie: "a=b; robbieblocks_visitor=\(genuine)")
            #expect(welcome.status == 200)
            #expect(welcome["set-cookie"] == nil)
            // A third of its life is over.
            let old = tokens.issue(to: visitor, on: RunningChat.node, now: now - 11 * 86_400)
            let renewed = try await chat.get(
                "/api/conversations", cookie: "robbieblocks_visitor=\(old)")
            #expect(renewed.cookie?.hasPrefix("robbieblocks_visitor=ey") == true)
        }
    }

    @Test("a page of another site is 403, whatever it sends")
    func origin() async throws {
        try await RunningChat.with { chat in
            for origin in ["http://evil.example", "null"] {
                let answer = try await chat.post(
                    #"{"message":"Hello"}"#, headers: ["origin": origin])
                #expect(answer.status == 403)
                #expect(answer.code == "foreign_origin")
                let peer = try await chat.client.onThread {
                    try WebSocketPeer(to: chat.client, headers: ["origin": origin]).answer
                }
                #expect(peer.status == 403)
            }
            let own = try await chat.post(
                #"{"message":"Hello"}"#,
                headers: ["origin": "http://127.0.0.1:\(chat.client.port)"])
            #expect(own.status == 200)
            #expect(try chat.count("messages WHERE role = 'user'") == 1)
        }
    }

    @Test("another visitor's conversation is not found")
    func foreign() async throws {
        try await RunningChat.with { chat in
            let first = try await chat.post(#"{"message":"My secret"}"#)
            let id = try #require(first.json["conversation_id"]?.string)
            let message = try #require(first.json["message_id"]?.string)
            let stranger = try #require(try await chat.post("/api/conversations", "{}").cookie)
            for (method, path) in [
                ("GET", "/api/conversations/\(id)/messages"),
                ("GET", "/api/conversations/\(id)/export"),
                ("POST", "/api/conversations/\(id)/stop"),
                ("DELETE", "/api/conversations/\(id)"),
                ("GET", "/api/messages/\(message)/stream"),
                ("GET", "/api/messages/\(message)/versions"),
                ("GET", "/api/conversations/00000000-0000-0000-0000-000000000000/messages"),
                ("GET", "/api/conversations/x/messages"),
            ] {
                for cookie in [["cookie": stranger], [:]] {
                    let answer = try await chat.client.send(method, path, headers: cookie)
                    #expect(answer.status == 404, "\(method) \(path)")
                }
            }
            let answer = try await chat.post(
                #"{"message":"a","conversation_id":"\#(id)"}"#, cookie: stranger)
            #expect(answer.status == 404)
            #expect(answer.code == "conversation_not_found")
            let search = try await chat.get("/api/memory/search?q=secret", cookie: stranger)
            #expect(search.json["results"]?.array?.isEmpty == true)
            let own = try await chat.get("/api/memory/search?q=secret", cookie: first.cookie)
            #expect(own.json["results"]?.array?.count == 1)
        }
    }

    @Test("what is wrong with a request is said by its status and in JSON")
    func statuses() async throws {
        try await RunningChat.with { chat in
            let long = String(repeating: "x", count: 4001)
            let json = ["content-type": "application/json"]
            func send(
                _ method: String, _ path: String, _ headers: [String: String] = [:],
                _ body: String = ""
            ) async throws -> HTTPAnswer {
                try await chat.client.send(
                    method, path, headers: headers, body: Array(body.utf8))
            }
            let cases: [(HTTPAnswer, Int, String)] = [
                (try await send("POST", "/api/chat", json, "{"), 400, "invalid_json"),
                (
                    try await send("POST", "/api/chat", json, #"{"message":" "}"#), 422,
                    "message_empty"
                ),
                (
                    try await send("POST", "/api/chat", json, #"{"message":"\#(long)"}"#), 422,
                    "message_too_long"
                ),
                (
                    try await send(
                        "POST", "/api/chat", json,
                        #"{"message":"\#(String(repeating: "x", count: 70_000))"}"#), 413,
                    "body_too_large"
                ),
                (
                    try await send("POST", "/api/chat", ["content-type": "text/plain"], "a"), 415,
                    "unsupported_media_type"
                ),
                (try await send("GET", "/api/chat"), 405, "method_not_allowed"),
                (try await send("GET", "/api/nothing"), 404, "not_found"),
                (try await send("TRACE", "/api/chat"), 405, "method_not_allowed"),
                (
                    try await send("GET", "/api/conversations?limit=5&limit=6"), 422,
                    "invalid_value"
                ),
                (try await send("PUT", "/api/personality", json, "{}"), 401, "unauthorized"),
                (try await send("GET", "/api/conversations?limit=0"), 422, "invalid_value"),
                (try await send("GET", "/api/memory/search"), 422, "invalid_value"),
                (
                    try await send(
                        "GET", "/api/personality", ["x-robbieblocks-node": "nowhere"]), 404,
                    "unknown_node"
                ),
            ]
            for (answer, status, code) in cases {
                #expect(answer.status == status)
                #expect(answer.code == code)
                #expect(answer["content-type"] == "application/json")
                #expect(!answer.text.contains("Swift") && !answer.text.contains(".swift"))
            }
            #expect(cases[5].0["allow"] == "POST")
        }
    }

    @Test("too many questions are 429 with a time, and a new cookie does not help")
    func ceilings() async throws {
        try await RunningChat.with(limits: ["questions-per-address=6"]) { chat in
            var statuses: [Int] = []
            for _ in 0..<5 {
                let answer = try await chat.post(#"{"message":"Hello"}"#)
                statuses.append(answer.status)
                if answer.status == 429 {
                    #expect((Int(answer["retry-after"] ?? "") ?? 0) >= 1)
                    #expect(answer.code == "too_many_requests")
                }
            }
            #expect(statuses == [200, 200, 200, 429, 429])
            // Another address, as our proxy names it, is served still.
            let other = try await chat.post(
                #"{"message":"Hello"}"#, headers: ["x-real-ip": "198.51.100.7"])
            #expect(other.status == 200)
        }
    }

    @Test(
        "a visitor and a node have ceilings, too, and each refusal says when to come again",
        arguments: ["questions-per-visitor=4", "questions-per-node=4"])
    func visitorAndNode(limit: String) async throws {
        // A node's is at least twice an address's.
        try await RunningChat.with(limits: [limit, "questions-per-address=2"]) { chat in
            let isOfTheNode = limit.contains("node")
            let made = try await chat.post("/api/conversations", "{}")
            let cookie = try #require(made.cookie)
            var answers: [HTTPAnswer] = []
            for number in 1...4 {
                answers.append(
                    try await chat.post(
                        #"{"message":"Hello"}"#, cookie: isOfTheNode ? nil : cookie,
                        headers: ["x-real-ip": "198.51.100.\(number)"]))
            }
            #expect(answers.map(\.status) == [200, 200, 429, 429])
            for answer in answers.suffix(2) {
                #expect((Int(answer["retry-after"] ?? "") ?? 0) >= 1)
                #expect(answer.code == "too_many_requests")
            }
            // Another visitor is served while one is at their own ceiling.
            let other = try await chat.post(
                #"{"message":"Hello"}"#, headers: ["x-real-ip": "198.51.100.9"])
            #expect(other.status == (isOfTheNode ? 429 : 200))
        }
    }

    @Test("conversations without a cookie are counted, and never used ones are deleted")
    func emptyConversations() async throws {
        try await RunningChat.with(limits: ["questions-per-address=40"]) { chat in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<225 {
                    group.addTask { try await chat.post("/api/conversations", "{}").status }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect((20...30).contains(statuses[201] ?? 0))
            #expect((statuses[201] ?? 0) + (statuses[429] ?? 0) == 225)
            let asked = try await chat.post(
                #"{"message":"Hello"}"#, headers: ["x-real-ip": "198.51.100.7"])
            #expect(asked.status == 200)

            let expiry = ConversationExpiry(
                store: ChatStore(
                    pool: ConnectionPool(
                        to: chat.database.target, role: ChatStore.role,
                        settings: .init(size: 1))), keptDays: 365, report: { _ in })
            await expiry.expire()
            #expect(try chat.count("conversations") == (statuses[201] ?? 0) + 1)
            try chat.database.run(
                """
                UPDATE sessions SET last_seen_at = now() - interval '2 days';
                ALTER TABLE conversations DISABLE TRIGGER USER;
                UPDATE conversations SET updated_at = now() - interval '2 days';
                ALTER TABLE conversations ENABLE TRIGGER USER;
                -- Somebody with an account, of another program's.
                INSERT INTO sessions (id, last_seen_at) VALUES (gen_random_uuid(), '2001-01-01');
                """)
            await expiry.expire()
            #expect(try chat.count("conversations") == 1)
            #expect(try chat.count("messages") == 2)
            #expect(try chat.count("sessions") == 2)
            try chat.database.run(
                "UPDATE sessions SET last_seen_at = '2002-01-01' WHERE node_id IS NOT NULL")
            await expiry.expire()
            #expect(try chat.count("messages") == 0)
            #expect(try chat.count("sessions") == 1)
        }
    }

    @Test("health tells of the node that is asked for, and of no other")
    func health() async throws {
        try await RunningChat.with(nodes: [RunningChat.node, RunningChat.other]) { chat in
            for (name, nodes) in [
                (RunningChat.node, [RunningChat.node]), (RunningChat.other, [RunningChat.other]),
                ("nowhere", []), ("", []),
            ] {
                let answer = try await chat.client.send(
                    "GET", "/api/health", headers: ["x-robbieblocks-node": name])
                #expect(answer.status == 200)
                #expect(answer.json["nodes"]?.array?.compactMap(\.string) == nodes)
            }
        }
    }

    @Test(
        "a token that can be guessed is refused at the start",
        arguments: ["a", "short", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababababab"])
    func weakTokens(token: String) throws {
        for variable in ["ROBBIEBLOCKS_ADMIN_TOKEN", "ROBBIEBLOCKS_API_KEY"] {
            let fault = #expect(throws: Diagnostic.self) {
                try AccessToken.find(variable, in: [variable: token])
            }
            #expect(fault?.message.contains(variable) == true)
            #expect(fault?.message.contains(token) == (token == "a"))
            #expect(fault?.hint?.contains("openssl") == true)
        }
        #expect(try AccessToken.find("A", in: ["A": ""]) == nil)
        let good = "an administrator's token"
        #expect(try AccessToken.find("A", in: ["A": good]) == good)
    }

    @Test("two nodes of one server know nothing of each other")
    func nodes() async throws {
        let nodes = [RunningChat.node, RunningChat.other]
        try await RunningChat.with(nodes: nodes) { chat in
            let nameless = try await chat.post(#"{"message":"Hello"}"#)
            #expect(nameless.code == "unknown_node")
            let first = try await chat.post(
                #"{"message":"Hello"}"#, headers: ["x-robbieblocks-node": RunningChat.node])
            #expect(first.status == 200)
            let elsewhere = try await chat.post(
                #"{"message":"Hello"}"#, cookie: first.cookie,
                headers: ["x-robbieblocks-node": RunningChat.other])
            #expect(elsewhere.status == 401)
        }
    }

    @Test("the document has every route, and the schemas it names")
    func document() async throws {
        try await RunningChat.with { chat in
            let document = try await chat.get("/api/openapi.json").json
            let paths = try #require(document["paths"]?.object)
            #expect(Set(paths.keys) == Set(Operation.allCases.map(\.path)))
            for operation in Operation.allCases {
                let method = operation.method.rawValue.lowercased()
                #expect(
                    paths[operation.path]?[method]?["responses"]?["200"] != nil
                        || paths[operation.path]?[method]?["responses"]?["201"] != nil
                        || paths[operation.path]?[method]?["responses"]?["204"] != nil)
            }
            let schemas = try #require(document["components"]?["schemas"]?.object)
            for name in document.text.matches(of: /#\/components\/schemas\/([A-Za-z]+)/) {
                #expect(schemas[String(name.1)] != nil, "\(name.1)")
            }
        }
    }
}
