import Core
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
    @Test func theHandlerSeesTheRequestAndTheClientItsAnswer() async throws {
        let seen = Mutex<HTTPRequest?>(nil)
        try await withServer(handler: { request in
            seen.withLock { $0 = request }
            return HTTPResponse(
                201, fields: ["x-answer": "yes", "content-type": "text/plain"],
                body: .bytes(request.body))
        }) { client in
            let answer = try await client.send(
                "POST", "/a%20b/%C3%A9?x=1%262&y&z=a=b&n=c%0Ad+e",
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
        #expect(request.peer == "127.0.0.1")
        #expect(request.path == "/a b/é")
        #expect(
            request.query.map { [$0.name, $0.value] }
                == [["x", "1&2"], ["y", ""], ["z", "a=b"], ["n", "c\nd e"]])
        #expect(request.fields["cookie"] == "a=1")
        #expect(request.fields["last-event-id"] == "42")
        #expect(request.fields["x-unasked"] == nil)
    }

    /// Requests mutated at random, though the same in every run: whatever they are answered, the
    /// server goes on.
    @Test func noRequestStopsTheServer() async throws {
        let samples = [
            "GET / HTTP/1.1\r\nhost: a\r\nrange: bytes=0-1\r\ncookie: a=b\r\nx-other: 1\r\n\r\n",
            "POST /w?a=b%20c&d HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello",
            "GET /%2e%2e/%41 HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
            "HEAD /w HTTP/1.0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "PUT / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        ].map { Array($0.utf8) }
        try await withServer(handler: { request in
            if request.path == "/w" { await Task.yield() }
            return .text(200, "ok")
        }) { client in
            try await client.onThread {
                var random = Numbers(seed: 20_240_601)
                for _ in 0..<400 {
                    var bytes = (0...random.below(4)).flatMap { _ in
                        samples[random.below(samples.count)]
                    }
                    for _ in 0..<random.below(8) {
                        let place = random.below(bytes.count)
                        switch random.below(3) {
                        case 0: bytes[place] = UInt8(random.below(256))
                        case 1: bytes.remove(at: place)
                        default: bytes.insert(contentsOf: bytes.suffix(random.below(40)), at: place)
                        }
                    }
                    let connection = try HTTPConnection(to: client)
                    try? connection.write(Array(bytes.prefix(random.below(bytes.count))))
                    try? connection.write(bytes)
                }
            }
            let answer = try await client.send("GET", "/")
            #expect(answer.text == "ok\n")
        }
    }

    @Test func twoHundredRequestsAtOnceAreAllAnswered() async throws {
        let arrived = Mutex(0)
        let all = Gate()
        try await withServer(handler: { request in
            let count = arrived.withLock { count in
                count += 1
                return count
            }
            // None is answered before all have asked.
            if count == 200 { all.open() }
            await all.wait()
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
        let (entered, never) = (Gate(), Gate())
        try await withServer(handler: { request in
            if request.path == "/slow" {
                entered.open()
                await never.wait()
            }
            return .text(200, "done")
        }) { client in
            let answer = try await client.onThread {
                let waiting = try HTTPConnection(to: client)
                try waiting.write(HTTPClient.request("GET", "/slow"))
                try entered.block("the slow handler is at work")
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
        let (silence, silent) = AsyncStream.makeStream(of: [UInt8].self)
        defer { silent.finish() }
        let never = Gate()
        let gone = Gate()
        var limits = HTTPServerConfiguration.Limits()
        limits.headerSeconds = 1
        try await withServer(
            limits: limits,
            handler: { request in
                switch request.path {
                case "/clock":
                    return .text(200, "\(threadNanoseconds())")
                case "/waits":
                    await never.wait()
                    if request.query.count == 1 { gone.open() }
                    return .text(200, "")
                case "/streams":
                    return HTTPResponse(200, body: .stream(silence))
                default:
                    return site.respond(to: request)
                }
            }
        ) { client in
            let worked = try await client.onThread {
                func clock() throws -> Int {
                    let connection = try HTTPConnection(to: client)
                    try connection.write(HTTPClient.request("GET", "/clock"))
                    return try Int(connection.readAnswer().text.dropLast()) ?? -1
                }
                // A handler at work, a stream without news and a file nobody reads, each with more
                // requests behind it, and a client that has gone.
                let next = HTTPClient.request("GET", "/")
                let waiting = try HTTPConnection(to: client)
                try waiting.write(HTTPClient.request("GET", "/waits") + next + next)
                let reading = try HTTPConnection(to: client)
                try reading.write(HTTPClient.request("GET", "/big.bin") + next + next)
                let following = try HTTPConnection(to: client)
                try following.write(HTTPClient.request("GET", "/streams") + next + next)
                _ = try reading.readHead()
                _ = try following.readHead()
                try HTTPConnection(to: client).write(HTTPClient.request("GET", "/waits?gone"))
                try gone.block("the handler of the client that has gone is cancelled")
                let began = try clock()
                // The server itself says when a second is over.
                let late = try HTTPConnection(to: client)
                try late.write("GET / HTTP/1.1\r\n")
                #expect(try late.readAnswer().status == 408)
                return try (
                    clock() - began, withExtendedLifetime((waiting, reading, following)) { 0 }
                ).0
            }
            // In nanoseconds; a poll that does not sleep would use nearly the whole second.
            #expect(worked < 100_000_000)
        }
    }

    @Test func aClientThatGoesAwayCancelsItsHandler() async throws {
        let (ended, end) = AsyncStream.makeStream(of: Bool.self)
        let (entered, never) = (Gate(), Gate())
        try await withServer(handler: { _ in
            entered.open()
            await never.wait()
            end.yield(Task.isCancelled)
            return .text(200, "nobody reads this")
        }) { client in
            try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", "/"))
                try entered.block("the handler is at work")
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
            let text = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(
                    HTTPClient.request("HEAD", "/", headers: ["connection": "close"]))
                return try String(decoding: connection.readToEnd(), as: UTF8.self)
            }
            #expect(text.contains("content-length: 5\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
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

/// Numbers that look random and are the same for the same seed (a linear congruential generator).
private struct Numbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(1, limit)
    }
}
