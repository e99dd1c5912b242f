import Foundation
import Synchronization
import TestSupport
import Testing
import WebServer

@Suite struct HTTPServerLimitTests {
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
                    try? connection.write(
                        HTTPClient.request(
                            "GET", "/", headers: [name: String(repeating: "a", count: 500_000)]))
                    return try connection.readToEnd()
                }
                #expect(!String(decoding: rest, as: UTF8.self).contains("200"))
            }
            #expect(try await client.send("GET", "/").status == 200)
        }
    }

    @Test(arguments: [
        ("content-length: 1001\r\n", 413), ("content-length: 99999999999999999999\r\n", 413),
        ("content-length: -1\r\n", 400), ("content-length: 3\u{ff}\r\n", 400),
        ("content-length: 0x10\r\n", 400), ("content-length: +3\r\n", 400),
        ("content-length: 3\r\ncontent-length: 4\r\n", 400),
        ("transfer-encoding: chunked\r\n", 411), ("content-length: 1000\r\n", 200),
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

    /// What follows a body of unknown length must not be taken for a request.
    @Test func aRefusedBodyIsNotReadAsTheNextRequest() async throws {
        let paths = Mutex<[String]>([])
        try await withServer(handler: { request in
            paths.withLock { $0.append(request.path) }
            return .text(200, "ok")
        }) { client in
            let smuggled = "GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n"
            for head in [
                "POST /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /b HTTP/1.1\r\nhost: a\r\n\r\n",
            ] {
                _ = try await client.onThread {
                    let connection = try HTTPConnection(to: client)
                    try connection.write(head + smuggled)
                    return try connection.readToEnd()
                }
            }
        }
        #expect(paths.withLock { $0 } == ["/b"])
    }

    @Test func connectionsOverTheLimitAreToldSo() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.connections = 3
        try await withServer(limits: limits, handler: { _ in .text(200, "ok") }) { client in
            let statuses = try await client.onThread {
                let held = try (0..<3).map { _ in
                    try HTTPConnection(to: client)
                }
                Thread.sleep(forTimeInterval: 0.1)
                let refused = try HTTPConnection(to: client).readAnswer().status
                return [held.count, refused]
            }
            #expect(statuses == [3, 503])
            // Their places are free again.
            var status = 503
            for _ in 0..<50 where status != 200 {
                try await Task.sleep(for: .milliseconds(20))
                status = (try? await client.send("GET", "/").status) ?? 503
            }
            #expect(status == 200)
        }
    }

    @Test func aConnectionWithoutARequestIsClosed() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.idleSeconds = 1
        try await withServer(limits: limits, handler: { _ in .text(200, "ok") }) { client in
            for start in [
                "", "GET / HTTP/1.1\r\nhost: a\r\n", "HEAD / HTTP/1.1\r\nhost: a\r\n\r\n",
            ] {
                let seconds = try await client.onThread {
                    let connection = try HTTPConnection(to: client)
                    let began = Date()
                    try connection.write(start)
                    _ = try connection.readToEnd()
                    return Date().timeIntervalSince(began)
                }
                #expect(seconds < 6, "after \(start)")
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
