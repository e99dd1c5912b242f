import Diagnostics
import Foundation
import Synchronization
import TestSupport
import Testing
import WebServer

@Suite struct HTTPServerTests {
    @Test func theHandlerSeesTheRequestAndTheClientItsAnswer() async throws {
        let seen = Mutex<HTTPRequest?>(nil)
        try await withServer(handler: { request in
            seen.withLock { $0 = request }
            return HTTPResponse(
                201, fields: ["x-answer": "yes", "content-type": "text/plain"],
                body: .bytes(request.body))
        }) { client in
            let answer = try await client.send(
                "POST", "/a%20b/%C3%A9?x=1%262&y&z=a=b",
                headers: ["Cookie": "a=1", "Last-Event-ID": "42", "X-Unasked": "1"],
                body: Array("hello".utf8))
            #expect(answer.status == 201)
            #expect(answer["x-answer"] == "yes")
            #expect(answer["content-length"] == "5")
            #expect(answer["date"]?.hasSuffix(" GMT") == true)
            #expect(answer.text == "hello")
        }
        let request = try #require(seen.withLock { $0 })
        #expect(request.method == .post)
        #expect(request.path == "/a b/é")
        #expect(
            request.query.map { [$0.name, $0.value] } == [["x", "1&2"], ["y", ""], ["z", "a=b"]])
        #expect(request.fields["cookie"] == "a=1")
        #expect(request.fields["last-event-id"] == "42")
        #expect(request.fields["x-unasked"] == nil)
    }

    @Test func aConnectionServesManyRequestsInTheirOrder() async throws {
        try await withServer(handler: { .text(200, $0.path) }) { client in
            let answers = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                let paths = (1...50).map { "/\($0)" }
                try connection.write(paths.flatMap { HTTPClient.request("GET", $0) })
                return try paths.map { _ in try connection.readAnswer().text }
            }
            #expect(answers == (1...50).map { "/\($0)\n" })
        }
    }

    @Test func twoHundredRequestsAtOnceAreAllAnswered() async throws {
        try await withServer(handler: { request in
            try? await Task.sleep(for: .milliseconds(50))
            return .text(200, request.path)
        }) { client in
            let answers = try await withThrowingTaskGroup(of: (Int, HTTPAnswer).self) { group in
                for index in 0..<200 {
                    group.addTask { (index, try await client.send("GET", "/\(index)")) }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1.text }
            }
            #expect(answers == Dictionary(uniqueKeysWithValues: (0..<200).map { ($0, "/\($0)\n") }))
        }
    }

    @Test func aWaitingHandlerHoldsUpNobodyElse() async throws {
        try await withServer(handler: { request in
            if request.path == "/slow" { try? await Task.sleep(for: .seconds(30)) }
            return .text(200, "done")
        }) { client in
            let answer = try await client.onThread {
                let waiting = try HTTPConnection(to: client)
                try waiting.write(HTTPClient.request("GET", "/slow"))
                Thread.sleep(forTimeInterval: 0.1)
                let other = try HTTPConnection(to: client)
                try other.write(HTTPClient.request("GET", "/fast"))
                return try other.readAnswer()
            }
            #expect(answer.text == "done\n")
        }
    }

    /// Handlers run on the server's thread, so that they can read its clock of work done.
    @Test func waitingCostsNoWork() async throws {
        let folder = try TestFolder()
        try folder.write("big.bin", [UInt8](repeating: 1, count: 16 << 20))
        let site = StaticSite(root: folder.path)
        try await withServer(handler: { request in
            switch request.path {
            case "/clock":
                return .text(200, "\(threadNanoseconds())")
            case "/waits":
                try? await Task.sleep(for: .seconds(30))
                return .text(200, "")
            default:
                return site.respond(to: request)
            }
        }) { client in
            let worked = try await client.onThread {
                func clock() throws -> Int {
                    let connection = try HTTPConnection(to: client)
                    try connection.write(HTTPClient.request("GET", "/clock"))
                    return try Int(connection.readAnswer().text.dropLast()) ?? -1
                }
                // A handler at work and a file nobody reads, each with more requests behind it, and
                // a client that has gone.
                let next = HTTPClient.request("GET", "/")
                let waiting = try HTTPConnection(to: client)
                try waiting.write(HTTPClient.request("GET", "/waits") + next + next)
                let reading = try HTTPConnection(to: client)
                try reading.write(HTTPClient.request("GET", "/big.bin") + next + next)
                try HTTPConnection(to: client).write(HTTPClient.request("GET", "/waits"))
                Thread.sleep(forTimeInterval: 0.2)
                let began = try clock()
                Thread.sleep(forTimeInterval: 1)
                return try (clock() - began, withExtendedLifetime((waiting, reading)) { 0 }).0
            }
            // In nanoseconds; a poll that does not sleep would use nearly the whole second.
            #expect(worked < 100_000_000)
        }
    }

    @Test func aClientThatGoesAwayCancelsItsHandler() async throws {
        let (ended, end) = AsyncStream.makeStream(of: Bool.self)
        try await withServer(handler: { _ in
            try? await Task.sleep(for: .seconds(30))
            end.yield(Task.isCancelled)
            return .text(200, "nobody reads this")
        }) { client in
            try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", "/"))
                Thread.sleep(forTimeInterval: 0.1)
            }
            for await wasCancelled in ended {
                #expect(wasCancelled)
                break
            }
        }
    }

    @Test func aFieldThatWouldStartAnotherIsNotSent() async throws {
        try await withServer(handler: { _ in
            HTTPResponse(200, fields: ["x-good": "1", "x-bad": "1\r\nset-cookie: a=1"])
        }) { client in
            let answer = try await client.send("GET", "/")
            #expect(answer["x-good"] == "1")
            #expect(answer["x-bad"] == nil)
            #expect(answer["set-cookie"] == nil)
        }
    }

    @Test func headIsAnsweredWithoutABody() async throws {
        try await withServer(handler: { _ in .text(200, "body") }) { client in
            let statuses = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(
                    HTTPClient.request("HEAD", "/") + HTTPClient.request("GET", "/"))
                let head = try connection.readAnswer(to: "HEAD")
                return [head["content-length"] ?? "", try connection.readAnswer().text]
            }
            #expect(statuses == ["5", "body\n"])
        }
    }

    @Test func aLargeAnswerFromMemoryArrivesWhole() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await withServer(handler: { _ in HTTPResponse(200, body: .bytes(body)) }) { client in
            let answer = try await client.send("GET", "/")
            #expect(answer.body == body)
        }
    }
}

/// The processor time that the calling thread has used.
private func threadNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}
