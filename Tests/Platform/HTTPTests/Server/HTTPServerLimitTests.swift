import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPServerLimitTests {
    @Test func fieldsOverTheLimitAreRefused() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.headerBytes = 2000
        try await withServer(limits: limits, handler: { _ in .text(200, "ok") }) { client in
            let near = try await client.send(
                "GET", "/", headers: ["cookie": String(repeating: "a", count: 1900)])
            #expect(near.status == 200)
            let over = try await client.send(
                "GET", "/", headers: ["cookie": String(repeating: "a", count: 2500)])
            #expect(over.status == 431)
            #expect(over["connection"] == "close")
            let path = try await client.send("GET", "/" + String(repeating: "a", count: 2500))
            #expect(path.status == 431)

            for name in ["cookie", "x-unknown"] {
                let rest = try await client.onThread {
                    let connection = try HTTPConnection(to: client)
                    // The server has answered before it is all sent.
                    try? connection.write(
                        HTTPClient.request(
                            "GET", "/", headers: [name: String(repeating: "a", count: 500_000)]))
                    return try connection.readToEnd()
                }
                #expect(String(decoding: rest, as: UTF8.self).hasPrefix("HTTP/1.1 431 "))
            }
            #expect(try await client.send("GET", "/").status == 200)
        }
    }

    @Test(arguments: [
        ("content-length: 1001\r\n", 413), ("content-length: 99999999999999999999\r\n", 413),
        ("content-length: -1\r\n", 400), ("content-length: 3\u{ff}\r\n", 400),
        ("content-length: 0x10\r\n", 400), ("content-length: +3\r\n", 400),
        ("content-length: 3\r\ncontent-length: 4\r\n", 400),
        ("transfer-encoding: gzip, chunked\r\n", 501),
        ("transfer-encoding: chunked\r\ncontent-length: 3\r\n", 400),
        ("content-length: 1000\r\n", 200),
    ])
    func bodiesHaveALengthAndALimit(fields: String, status: Int) async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.bodyBytes = 1000
        try await withServer(limits: limits, handler: { .text(200, "\($0.body.count)") }) {
            client in
            let answer = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write("POST / HTTP/1.1\r\nhost: a\r\n\(fields)\r\n")
                try? connection.write([UInt8](repeating: 97, count: 1000))
                return try connection.readAnswer()
            }
            #expect(answer.status == status)
            if status == 200 { #expect(answer.text == "1000\n") }
            if status != 200 { #expect(answer["connection"] == "close") }
        }
    }

    /// The answer comes while the body does, and is not lost for what is still on its way.
    @Test(arguments: [true, false])
    func aBodyOverTheLimitIsToldSoWhileItComes(isChunked: Bool) async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.bodyBytes = 100_000
        try await withServer(limits: limits, handler: { .text(200, "\($0.body.count)") }) {
            client in
            let answer = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                let part = [UInt8](repeating: 97, count: 50_000)
                if isChunked {
                    try connection.write(
                        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
                    for _ in 0..<40 {
                        try connection.write(Array("c350\r\n".utf8) + part + [13, 10])
                    }
                } else {
                    try connection.write(
                        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9999999\r\n\r\n")
                    for _ in 0..<40 { try connection.write(part) }
                }
                return try connection.readAnswer()
            }
            #expect(answer.status == 413)
            #expect(answer.text.contains("100000"))
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nhost: a", "408"),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nab", "408"),
        ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab", "408"),
        ("", nil),
    ])
    func aSlowRequestIsToldSo(start: String, status: String?) async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.headerSeconds = 1
        limits.bodySeconds = 1
        try await withServer(limits: limits, handler: { _ in .text(200, "ok") }) { client in
            let text = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                for byte in start.utf8 { try connection.write([byte]) }
                return try String(decoding: connection.readToEnd(), as: UTF8.self)
            }
            #expect(text.split(separator: " ").dropFirst().first.map(String.init) == status)
        }
    }

    @Test func aClientThatWaitsForConsentSendsItsBodyThen() async throws {
        try await withServer(handler: { .text(200, "\($0.body.count)") }) { client in
            let answer = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(
                    "PUT / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n"
                )
                let consent = try connection.readHead().status
                #expect(consent == 100)
                try connection.write("abc")
                return try connection.readAnswer()
            }
            #expect(answer.text == "3\n")
        }
    }

    @Test func aHandlerThatTakesTooLongIsCancelled() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.handlerSeconds = 1
        let wasCancelled = Mutex(false)
        let never = Gate()
        try await withServer(
            limits: limits,
            handler: { _ in
                await never.wait()
                wasCancelled.withLock { $0 = Task.isCancelled }
                return .text(200, "late")
            }
        ) { client in
            let answer = try await client.send("GET", "/")
            #expect(answer.status == 503)
        }
        #expect(wasCancelled.withLock { $0 })
    }

    @Test func anAddressHasItsShareOfConnections() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.connectionsPerAddress = 2
        try await withServer(limits: limits, handler: { .text(200, $0.peer) }) { client in
            try await client.onThread {
                // A flood from one address leaves the server to others.
                let flood = try (0..<50).map { _ in try HTTPConnection(to: client) }
                let refused = try flood[49].readAnswer().status
                #expect(refused == 429)
                let other = try HTTPConnection(to: client, from: "127.0.0.2")
                try other.write(HTTPClient.request("GET", "/"))
                let answer = try other.readAnswer()
                #expect(answer.text == "127.0.0.2\n")
            }
            try await waitUntil("their places are free again") {
                (try? await client.send("GET", "/").status) == 200
            }
        }
    }

    @Test(arguments: HTTPMethod.allCases.filter { $0 != .head })
    func everyMethodReachesTheHandler(method: HTTPMethod) async throws {
        try await withServer(handler: { request in
            .text(200, request.method.rawValue + String(decoding: request.body, as: UTF8.self))
        }) { client in
            let bare = try await client.send(method.rawValue, "/")
            #expect(bare.text == method.rawValue + "\n")
            let full = try await client.send(method.rawValue, "/", body: Array(" body".utf8))
            #expect(full.text == method.rawValue + " body\n")
        }
    }

    @Test func connectionsOverTheLimitAreToldSo() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.connections = 3
        try await withServer(limits: limits, handler: { _ in .text(200, "ok") }) { client in
            let statuses = try await client.onThread {
                let held = try (0..<3).map { _ in
                    try HTTPConnection(to: client)
                }
                let refused = try HTTPConnection(to: client).readAnswer().status
                return [held.count, refused]
            }
            #expect(statuses == [3, 503])
            try await waitUntil("their places are free again") {
                (try? await client.send("GET", "/").status) == 200
            }
        }
    }

    @Test func aConnectionWithoutARequestIsClosed() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.idleSeconds = 1
        limits.headerSeconds = 1
        limits.bodySeconds = 1
        try await withServer(limits: limits, handler: { _ in .text(200, "ok") }) { client in
            for start in [
                "", "GET / HTTP/1.1\r\nhost: a\r\n", "HEAD / HTTP/1.1\r\nhost: a\r\n\r\n",
            ] {
                // It is an error when that takes longer than the client waits.
                _ = try await client.onThread {
                    let connection = try HTTPConnection(to: client)
                    try connection.write(start)
                    return try connection.readToEnd()
                }
            }
        }
    }

    @Test func anotherProtocolIsNotSpoken() async throws {
        try await withServer(handler: { _ in .text(200, "ok") }) { client in
            let answer = try await client.send(
                "GET", "/",
                headers: [
                    "connection": "Upgrade", "upgrade": "websocket",
                    "sec-websocket-version": "13",
                    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
                ])
            #expect(answer.status == 501)
        }
    }
}
