import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

/// Several requests on one connection.
@Suite struct ConnectionReuseTests {
    private static func sample(_ kind: Character, _ name: String) -> [UInt8] {
        switch kind {
        case "p": return HTTPClient.request("POST", name, body: Array("body".utf8))
        case "c":
            let head = "POST /c HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
            return Array((head + "2;x=y\r\nbo\r\n2\r\ndy\r\n0\r\nx: y\r\n\r\n").utf8)
        default: return HTTPClient.request("GET", name)
        }
    }

    /// Whatever they are: quick, slow, with a body, without, with a large answer.
    @Test(arguments: [
        "gg", "gp", "gpg", "pp", "ppg", "sg", "sp", "bg", "wg", "wp", "cgp", "gbscpsp",
    ])
    func requestsSentAheadAreAnsweredInTheirOrder(order: String) async throws {
        let folder = try TestFolder()
        try folder.write("big.bin", [UInt8](repeating: 98, count: 2 << 20))
        let site = StaticSite(root: folder.path)
        let seen = Mutex<[String]>([])
        let names = order.map { $0 == "b" ? "/big.bin" : "/\($0)" }
        try await withServer(handler: { request in
            let name = request.path + String(decoding: request.body, as: UTF8.self)
            seen.withLock { $0.append(name) }
            switch request.path {
            case "/s": try? await Task.sleep(for: .milliseconds(20))
            case "/w": await Task.yield()
            case "/big.bin": return site.respond(to: request)
            default: break
            }
            return .text(200, "answer to \(name)")
        }) { client in
            let answers = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(zip(order, names).flatMap(Self.sample))
                return try names.map { _ in try connection.readAnswer() }
            }
            for (kind, answer) in zip(order, answers) {
                #expect(answer.status == 200)
                #expect(answer["connection"] == nil)
                switch kind {
                case "b": #expect(answer.body.count == 2 << 20)
                case "p", "c": #expect(answer.text == "answer to /\(kind)body\n")
                default: #expect(answer.text == "answer to /\(kind)\n")
                }
            }
        }
        let bodies = names.map { ["/p", "/c"].contains($0) ? $0 + "body" : $0 }
        #expect(seen.withLock { $0 } == bodies)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", false),
        ("GET / HTTP/1.0\r\nhost: a\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", true),
    ])
    func aConnectionStaysAsLongAsItsClientWants(request: String, stays: Bool) async throws {
        // A connection that stays is closed later than the client waits.
        var limits = HTTPServerConfiguration.Limits()
        limits.idleSeconds = 120
        try await withServer(limits: limits, handler: { _ in .text(200, "ok") }) { client in
            let (answer, next) = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(request)
                let answer = try connection.readAnswer()
                guard stays else {
                    #expect(try connection.readToEnd().isEmpty)
                    return (answer, "")
                }
                try connection.write(request)
                return (answer, try connection.readAnswer().text)
            }
            #expect(answer.text == "ok\n")
            #expect(answer["connection"] == (stays ? nil : "close"))
            #expect(next == (stays ? "ok\n" : ""))
        }
    }

    /// What one reader takes for the end of a line or a head, another might not.
    @Test(arguments: [
        "GET / HTTP/1.1\nhost: a\n\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\rb: c\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\n folded: b\r\n\r\n", "GET / HTTP/1.1\r\nhost: \0a\r\n\r\n",
        "nonsense\r\n\r\n", "GET /a%0d%0acookie:b HTTP/1.1\r\nhost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n folded\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\nnonsense\r\n\r\n",
        "POST / HTTP/1.1\r\nhost: a\r\nx-a: 1\r\nContent-Length : 5\r\n\r\nhello",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
    ])
    func aRequestThatCanBeReadInTwoWaysIsRefused(request: String) async throws {
        try await withServer(handler: { _ in .text(200, "ok") }) { client in
            let answer = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(request + "GET /behind HTTP/1.1\r\nhost: a\r\n\r\n")
                return try connection.readAnswer()
            }
            #expect(answer.status == 400)
        }
    }
}
