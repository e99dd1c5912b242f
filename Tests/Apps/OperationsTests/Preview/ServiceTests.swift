import HTTP
import Operations
import TestSupport
import Testing

/// A service beside the site, on one port, as chat is in a preview.
@Suite(.timeLimit(.minutes(1))) struct ServiceTests {
    private static let service = HTTPService(
        paths: ["/api/", "/ws"], requestFields: ["x-question"],
        webSocket: { _ in
            .accept { socket in
                try? await socket.send("welcome")
                for await _ in socket.messages {}
            }
        },
        handler: { request in
            .text(200, "the service: \(request.path) \(request.fields["x-question"] ?? "")")
        })

    private func start() async throws -> (RunningPreview, PreviewedSite) {
        let site = try PreviewedSite([
            "index.html": "<html><head></head>a page</html>", "api/index.html": "a file",
            "apis.html": "a file", "404.html": "<html><head></head></html>",
        ])
        return (
            try await RunningPreview.start(
                site: site.folder.path + "/current", release: 1, service: Self.service), site
        )
    }

    @Test func itAnswersForItsPathsAlone() async throws {
        let (preview, site) = try await start()
        let client = HTTPClient(port: preview.port)
        for path in ["/api/chat", "/api/", "/api/index.html"] {
            let answer = try await client.send("POST", path, headers: ["x-question": "?"])
            #expect(answer.text == "the service: \(path) ?\n")
            for header in SecurityHeaders.standard.all {
                #expect(answer[header.name] == header.value)
            }
        }
        #expect(try await client.send("GET", "/").text.contains("a page"))
        #expect(try await client.send("GET", "/apis.html").text.contains("a file"))
        #expect(try await client.send("GET", "/ws/more").status == 404)
        withExtendedLifetime(site) {}
    }

    @Test func noOtherHostNameReachesIt() async throws {
        let (preview, site) = try await start()
        let client = HTTPClient(port: preview.port)
        for path in ["/api/chat", "/ws", "/"] {
            let answer = try await client.send("GET", path, headers: ["Host": "evil.example"])
            #expect(answer.status == 421 || answer.status == 400, "\(path)")
        }
        let status = try await upgrade(client, path: "/ws", host: "evil.example").first
        #expect(status == "HTTP/1.1 421")
        withExtendedLifetime(site) {}
    }

    @Test func itsSocketIsOpenedBesideTheSite() async throws {
        let (preview, site) = try await start()
        let client = HTTPClient(port: preview.port)
        let host = "127.0.0.1:\(preview.port)"
        #expect(
            try await upgrade(client, path: "/ws", host: host) == ["HTTP/1.1 101", "welcome"])
        #expect(try await upgrade(client, path: "/", host: host).first == "HTTP/1.1 404")
        withExtendedLifetime(site) {}
    }

    /// - Returns: the first twelve characters of the answer, and the first message.
    private func upgrade(_ client: HTTPClient, path: String, host: String) async throws -> [String]
    {
        try await client.onThread {
            let connection = try HTTPConnection(to: client)
            try connection.write(
                HTTPClient.request(
                    "GET", path, host: host,
                    headers: [
                        "connection": "Upgrade", "upgrade": "websocket",
                        "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
                        "sec-websocket-version": "13",
                    ]))
            var received: [UInt8] = []
            let welcome = Array("welcome".utf8)
            while !received.suffix(welcome.count).elementsEqual(welcome) {
                let some = try connection.readSome()
                if some.isEmpty { break }
                received += some
                if !received.starts(with: Array("HTTP/1.1 101".utf8)) { break }
            }
            let status = String(decoding: received.prefix(12), as: UTF8.self)
            return received.suffix(welcome.count).elementsEqual(welcome)
                ? [status, "welcome"] : [status]
        }
    }
}
