import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct StreamedAnswerTests {
    /// A stream, and the news of its end.
    private struct Source {
        let stream: AsyncStream<[UInt8]>
        let input: AsyncStream<[UInt8]>.Continuation
        let ended: AsyncStream<Void>

        init(_ policy: AsyncStream<[UInt8]>.Continuation.BufferingPolicy = .unbounded) {
            (stream, input) = AsyncStream.makeStream(bufferingPolicy: policy)
            let (ended, end) = AsyncStream.makeStream(of: Void.self)
            self.ended = ended
            input.onTermination = { _ in end.finish() }
        }

        func waitForEnd() async { for await _ in ended {} }
    }

    @Test func whatComesIsSentAtOnce() async throws {
        let source = Source()
        try await withServer(handler: { _ in
            HTTPResponse(
                200, fields: ["content-type": "text/event-stream"], body: .stream(source.stream))
        }) { client in
            try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", "/"))
                func read(until end: String) throws -> String {
                    var text = ""
                    while !text.hasSuffix(end) {
                        let some = try connection.readSome()
                        try #require(!some.isEmpty)
                        text += String(decoding: some, as: UTF8.self)
                    }
                    return text
                }
                // The head comes without waiting for the first part.
                let head = try read(until: "\r\n\r\n")
                #expect(head.hasPrefix("HTTP/1.1 200"))
                #expect(!head.contains("content-length"))
                #expect(!head.contains("transfer-encoding"))
                for word in ["one", "two", "three"] {
                    source.input.yield(Array(word.utf8))
                    #expect(try read(until: word) == word)
                }
                source.input.yield([])
                source.input.yield(Array("four".utf8))
                source.input.finish()
                #expect(try String(decoding: connection.readToEnd(), as: UTF8.self) == "four")
            }
        }
    }

    @Test func aLongStreamArrivesWhole() async throws {
        let parts = (0..<300).map { part in
            (0..<9973).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ part) }
        }
        try await withServer(
            handler: { request in
                if request.path == "/late" { await Task.yield() }
                return HTTPResponse(
                    200,
                    body: .stream(
                        AsyncStream { input in
                            for part in parts { input.yield(part) }
                            input.finish()
                        }))
            }
        ) { client in
            for path in ["/", "/late"] {
                let answer = try await client.send("GET", path)
                #expect(answer.body == parts.flatMap(\.self))
            }
        }
    }

    @Test func aClientThatGoesAwayEndsTheStream() async throws {
        let source = Source()
        try await withServer(handler: { _ in HTTPResponse(200, body: .stream(source.stream)) }) {
            client in
            try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", "/"))
                _ = try connection.readSome()
            }
            await source.waitForEnd()
        }
    }

    @Test func theEndOfTheServerEndsTheStream() async throws {
        let source = Source()
        let open = try await withServer(handler: { _ in
            HTTPResponse(200, body: .stream(source.stream))
        }) { client in
            try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", "/"))
                _ = try connection.readSome()
                return Held(connection)
            }
        }
        await source.waitForEnd()
        open.close()
    }

    @Test func headAsksForNoStream() async throws {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        try await withServer(handler: { _ in
            let stream = AsyncStream<[UInt8]> { $0.onTermination = { _ in end.finish() } }
            return HTTPResponse(200, body: .stream(stream))
        }) { client in
            let answer = try await client.send("HEAD", "/")
            #expect(answer.status == 200)
            #expect(answer["content-length"] == nil)
            for await _ in ended {}
        }
    }

    /// What it does not take is neither held without end nor keeps anybody else from being served.
    @Test func aReaderWhoTakesNothingIsDropped() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.idleSeconds = 1
        let source = Source(.bufferingOldest(4))
        try await withServer(
            limits: limits,
            handler: { request in
                request.path == "/"
                    ? HTTPResponse(200, body: .stream(source.stream)) : .text(200, "ok")
            }
        ) { client in
            let connection = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", "/"))
                return Held(connection)
            }
            let part = [UInt8](repeating: 1, count: 64 << 10)
            while true {
                if case .terminated = source.input.yield(part) { break }
                await Task.yield()
            }
            await source.waitForEnd()
            #expect(try await client.send("GET", "/other").text == "ok\n")
            // Its connection has ended.
            _ = try await client.onThread { try connection.readToEnd() }
        }
    }

    /// The next part is asked for when the last is on its way, so that a slow reader costs one.
    @Test func partsAreMadeAsTheReaderTakesThem() async throws {
        let made = Mutex(0)
        try await withServer(handler: { request in
            if request.path == "/other" { return .text(200, "ok") }
            return HTTPResponse(
                200,
                body: .stream(
                    AsyncStream {
                        made.withLock { $0 += 1 }
                        return [UInt8](repeating: 1, count: 1 << 20)
                    }))
        }) { client in
            let connection = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", "/"))
                _ = try connection.readHead()
                return Held(connection)
            }
            // Until what the systems hold is full: the server has time for others, and makes no more.
            var count = 0
            repeat {
                count = made.withLock { $0 }
                for _ in 0..<50 { _ = try await client.send("GET", "/other") }
            } while made.withLock { $0 } > count && count < 64
            #expect(count < 64)
            try await client.onThread { try connection.read(16 << 20) }
            try await waitUntil("more is made") { made.withLock { $0 } > count + 8 }
            connection.close()
        }
    }

    /// Two hundred who read two hundred bytes a second at most are gone in time.
    @Test func readersWhoTakeTooLittleAreDropped() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.idleSeconds = 2
        limits.readerBytesPerSecond = 1024
        let ended = Mutex(0)
        try await withServer(
            limits: limits,
            handler: { _ in
                HTTPResponse(
                    200,
                    body: .stream(
                        AsyncStream(unfolding: { [UInt8](repeating: 1, count: 4096) }) {
                            ended.withLock { $0 += 1 }
                        }))
            }
        ) { client in
            try await client.onThread {
                let readers = try (0..<200).map { _ in
                    let connection = try HTTPConnection(to: client)
                    try connection.write(HTTPClient.request("GET", "/"))
                    return connection
                }
                // A byte of each between two looks.
                try blockUntil("all are dropped") {
                    for reader in readers { _ = try? reader.readSome(1) }
                    return ended.withLock { $0 } == readers.count
                }
            }
        }
    }

    @Test func aPauseIsNoIdleConnection() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.idleSeconds = 1
        limits.headerSeconds = 1
        limits.handlerSeconds = 1
        let source = Source()
        try await withServer(
            limits: limits,
            handler: { _ in
                await Task.yield()
                return HTTPResponse(200, body: .stream(source.stream))
            }
        ) { client in
            let text = try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", "/"))
                let head = try connection.readHead()
                #expect(head.status == 200)
                // Others come after it, say nothing, and are dropped for that, one after the other.
                for _ in 0..<2 {
                    #expect(try HTTPConnection(to: client).readToEnd().isEmpty)
                }
                source.input.yield(Array("after a pause".utf8))
                source.input.finish()
                return try String(decoding: connection.readToEnd(), as: UTF8.self)
            }
            #expect(text == "after a pause")
        }
    }
}
