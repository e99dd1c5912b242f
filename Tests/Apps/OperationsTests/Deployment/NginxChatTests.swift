import Foundation
import HTTP
import Operations
import TestSupport
import Testing

/// The chat locations of the server block, in a real nginx.
@Suite struct NginxChatTests {
    private let output: TestFolder

    init() throws {
        output = try TestFolder()
        for file in ["index.html", "404.html", "api/index.html", "v1/index.html", "ws"] {
            try output.write("acme/trees/a/" + file, "a file")
        }
        try output.link("acme/current", to: "trees/a")
    }

    private func nginx(before port: Int?) async throws -> NginxServer {
        try await NginxServer.start { own in
            try NginxServerBlock(
                node: "acme", domain: "localhost", output: output.path,
                listen: .init(address: "127.0.0.1", port: own), chatPort: port
            ).text
        }
    }

    /// Something that says what it was sent, in the place of the service.
    private func echo() async throws -> NginxServer {
        try await NginxServer.start { port in
            """
            server {
                listen 127.0.0.1:\(port);
                default_type text/plain;
                client_max_body_size 1m;
                add_header X-Frame-Options "from the service" always;
                location = /api/gone { return 404 "of the service"; }
                location / {
                    return 200 "$request_uri|$http_connection|$http_upgrade|$http_x_real_ip|\
            $http_x_robbieblocks_node|$http_host|$http_x_forwarded_for|$http_x_forwarded_proto";
                }
            }
            """
        }
    }

    @Test func theServiceIsToldWhoAsksAndForWhichNode() async throws {
        let chat = try await echo()
        let server = try await nginx(before: chat.port)
        let forged = [
            "connection": "Upgrade", "upgrade": "websocket", "x-real-ip": "8.8.8.8",
            "x-robbieblocks-node": "other", "x-forwarded-for": "8.8.8.8",
            "x-forwarded-proto": "https",
        ]
        let rest = "127.0.0.1|acme|127.0.0.1:\(server.port)|127.0.0.1|http"
        for (target, upgrade) in [
            ("/api/chat?x=1", "|"), ("/api/conversations", "|"), ("/v1/models", "|"),
            ("/api/messages/1/stream", "|"), ("/ws", "upgrade|websocket"),
        ] {
            let answer = try await server.send("GET", target, headers: forged)
            #expect(answer.status == 200)
            #expect(answer.text == "\(target)|\(upgrade)|\(rest)")
            expectSecurityHeaders(answer, target)
        }
        let post = try await server.send("POST", "/api/chat", body: Array("hello".utf8))
        #expect(post.status == 200)
        #expect(try await server.send("GET", "/").text == "a file")
    }

    @Test func noFileIsServedWhereTheServiceIs() async throws {
        let chat = try await echo()
        let server = try await nginx(before: chat.port)
        for target in ["/api/", "/api/index.html", "/v1/", "/v1/index.html", "/ws", "/%61pi/"] {
            #expect(!(try await server.send("GET", target).text.contains("a file")), "\(target)")
        }
        let missing = try await server.send("GET", "/api/gone")
        #expect(missing.status == 404)
        #expect(missing.text == "of the service")
        #expect(try await nginx(before: nil).send("GET", "/api/chat").status == 404)
    }

    @Test func whatNginxRefusesItSaysAsTheServiceWould() async throws {
        let nobody = try ReservedPort()
        let server = try await nginx(before: nobody.port)
        for target in ["/api/chat", "/api/conversations", "/v1/models", "/ws"] {
            let gone = try await server.send("GET", target)
            #expect(gone.status == 502)
            #expect(try code(of: gone) == "unreachable")
            #expect(gone["retry-after"] == "5")
            expectSecurityHeaders(gone, target)
        }
        let body = [UInt8](repeating: 32, count: 65 << 10)
        let large = try await server.send("POST", "/api/chat", body: body)
        #expect(large.status == 413)
        #expect(try code(of: large) == "body_too_large")
        #expect(large["retry-after"] == nil)
        let whole = try await server.send("POST", "/api/chat", body: Array(body.prefix(64 << 10)))
        #expect(whole.status == 502)
        withExtendedLifetime(nobody) {}
    }

    /// A whole office comes from one address; a flood does too.
    @Test func aBurstIsAnsweredAndAFloodIsNot() async throws {
        let chat = try await echo()
        let server = try await nginx(before: chat.port)
        for _ in 0..<90 { #expect(try await server.send("GET", "/api/health").status == 200) }
        var refused: HTTPAnswer?
        for _ in 0..<500 where refused == nil {
            let answer = try await server.send("GET", "/v1/models")
            if answer.status != 200 { refused = answer }
        }
        let answer = try #require(refused)
        #expect(answer.status == 429)
        #expect(try code(of: answer) == "too_many_requests")
        #expect(answer["retry-after"] == "1")
    }

    @Test(arguments: ["/api/chat", "/api/messages/1/stream", "/v1/chat/completions"])
    func whatIsStreamedArrivesWordByWord(target: String) async throws {
        let (words, next) = AsyncStream.makeStream(of: [UInt8].self)
        let (listening, tell) = AsyncStream.makeStream(of: ServerAddress.self)
        let service = HTTPServer(.init(port: 0)) { _ in
            HTTPResponse(
                200, fields: ["content-type": "text/event-stream"], body: .stream(words))
        }
        let running = Task { try await service.run { tell.yield($0) } }
        defer { running.cancel() }
        let address = try #require(await listening.first { _ in true })
        let server = try await nginx(before: address.port)
        next.yield(Array("data: one\n\n".utf8))
        let client = HTTPClient(port: server.port)
        // The second word is sent only after the first has arrived.
        try await client.onThread {
            let connection = try HTTPConnection(to: client)
            try connection.write(
                HTTPClient.request("GET", target, headers: ["connection": "close"]))
            var text = ""
            for word in ["data: one", "data: two"] {
                while !text.contains(word) {
                    let some = try connection.readSome()
                    if some.isEmpty { throw HTTPClient.Failure(description: "ended: \(text)") }
                    text += String(decoding: some, as: UTF8.self)
                }
                next.yield(Array("data: two\n\n".utf8))
            }
            next.finish()
            _ = try connection.readToEnd()
        }
    }

    private func code(of answer: HTTPAnswer) throws -> String {
        struct Refusal: Decodable {
            struct Detail: Decodable { var code: String, message: String }
            var error: Detail
        }
        #expect(answer["content-type"] == "application/json; charset=utf-8")
        #expect(answer["cache-control"] == "no-store")
        return try JSONDecoder().decode(Refusal.self, from: Data(answer.body)).error.code
    }

    private func expectSecurityHeaders(_ answer: HTTPAnswer, _ target: String) {
        for header in SecurityHeaders.standard.all {
            #expect(answer[header.name] == header.value, "\(header.name) of \(target)")
        }
    }
}
