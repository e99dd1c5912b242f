import Core
import Foundation
import HTTP
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPServerLifetimeTests {
    @Test func cancellationEndsTheServerAndFreesThePort() async throws {
        let folder = try TestFolder()
        try folder.write("big.bin", [UInt8](repeating: 1, count: 8 << 20))
        let site = StaticSite(root: folder.path)
        let (entered, never) = (Gate(), Gate())
        let server = HTTPServer { request in
            if request.path == "/waits" {
                entered.open()
                await never.wait()
            }
            return site.respond(to: request)
        }
        let (addresses, started) = AsyncStream.makeStream(of: ServerAddress.self)
        let task = Task { try await server.run { started.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        let client = HTTPClient(port: address.port)
        #expect(try await client.send("GET", "/").status == 404)

        // One connection idle, one with a handler at work, one in the middle of a file.
        let ends = try await client.onThread {
            let idle = try HTTPConnection(to: client)
            let waiting = try HTTPConnection(to: client)
            try waiting.write(HTTPClient.request("GET", "/waits"))
            let reading = try HTTPConnection(to: client)
            try reading.write(HTTPClient.request("GET", "/big.bin"))
            _ = try reading.readSome(1000)
            try entered.block("the handler is at work")
            task.cancel()
            return try [idle, waiting, reading].map { try $0.readToEnd().count }
        }
        try await task.value
        #expect(ends[0] == 0)
        #expect(ends[2] < 8 << 20)

        await #expect(throws: HTTPClient.Failure.self) { try await client.send("GET", "/") }
        let (again, startedAgain) = AsyncStream.makeStream(of: ServerAddress.self)
        let second = HTTPServer(HTTPServerConfiguration(port: address.port)) { _ in .text(200, "2")
        }
        let secondTask = Task { try await second.run { startedAgain.yield($0) } }
        var secondIterator = again.makeAsyncIterator()
        #expect(await secondIterator.next() == address)
        #expect(try await client.send("GET", "/").text == "2\n")
        secondTask.cancel()
        try await secondTask.value
    }

    /// A connection that is made while no server runs is answered by the next one, as long as the socket
    /// is held.
    @Test func aHandedSocketStaysOpenBetweenTwoServers() async throws {
        let held = try SilentPort()
        var configuration = HTTPServerConfiguration()
        func serve(_ text: String) async throws -> (Task<Void, any Error>, ServerAddress) {
            configuration.handedSocket = try held.copy()
            let server = HTTPServer(configuration) { _ in .text(200, text) }
            let (addresses, started) = AsyncStream.makeStream(of: ServerAddress.self)
            let task = Task { try await server.run { started.yield($0) } }
            var iterator = addresses.makeAsyncIterator()
            return (task, try #require(await iterator.next()))
        }
        let (first, address) = try await serve("first")
        #expect(address.port == held.port)
        let client = HTTPClient(port: held.port)
        #expect(try await client.send("GET", "/").text == "first\n")
        first.cancel()
        try await first.value

        // The thread connects while nobody answers, and reads what the next server says.
        let (connected, isConnected) = AsyncStream.makeStream(of: Void.self)
        async let answer = client.onThread {
            let connection = try HTTPConnection(to: client)
            try connection.write(HTTPClient.request("GET", "/"))
            isConnected.yield()
            return try connection.readAnswer().text
        }
        for await _ in connected { break }
        let (second, _) = try await serve("second")
        #expect(try await answer == "second\n")
        second.cancel()
        try await second.value
    }

    @Test func whatIsHandedOverMustListen() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.handedSocket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let server = HTTPServer(configuration) { _ in .text(200, "") }
        await #expect(throws: Diagnostic.self) { try await server.run() }
    }

    /// An answer and a stream under way are finished, a socket's handler too; nothing new begins.
    @Test func aServerThatDrainsFinishesWhatIsUnderWay() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.drainSeconds = 20
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let (stream, input) = AsyncStream.makeStream(of: [UInt8].self)
        let entered = Gate()
        let server = HTTPServer(
            HTTPServerConfiguration(limits: limits),
            webSocket: { _ in
                .accept { socket in
                    for await _ in socket.messages {}
                    try? await socket.send("the last")
                }
            }
        ) { request in
            if request.path == "/stream" { return HTTPResponse(200, body: .stream(stream)) }
            entered.open()
            for await _ in gate {}
            return .text(200, "finished")
        }
        let (addresses, started) = AsyncStream.makeStream(of: ServerAddress.self)
        let task = Task { try await server.run { started.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        let client = HTTPClient(port: try #require(await iterator.next()).port)
        let texts = try await client.onThread {
            let waiting = try HTTPConnection(to: client)
            try waiting.write(HTTPClient.request("GET", "/waits"))
            let following = try HTTPConnection(to: client)
            try following.write(HTTPClient.request("GET", "/stream"))
            _ = try following.readHead()
            let peer = try WebSocketPeer(to: client)
            try entered.block("the handler is at work")
            task.cancel()
            // The socket's handler has been told; by then new connections are refused.
            let last = try #require(try peer.receive())
            #expect(throws: HTTPClient.Failure.self) { try HTTPConnection(to: client) }
            let code = try peer.receiveClose()
            #expect(code == 1001)
            input.yield(Array("rest".utf8))
            input.finish()
            let rest = try String(decoding: following.readToEnd(), as: UTF8.self)
            open.finish()
            return try [last.text, rest, waiting.readAnswer().text]
        }
        #expect(texts == ["the last", "rest", "finished\n"])
        try await task.value
    }

    /// A handler that neither ends nor heeds its cancellation does not keep the server.
    @Test func aHandlerThatNeverEndsIsLeftBehind() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.drainSeconds = 1
        limits.cancellationSeconds = 1
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let server = HTTPServer(HTTPServerConfiguration(limits: limits)) { _ in
            enter.finish()
            // Not the handler's own task: its cancellation does not reach this.
            await Task { for await _ in gate {} }.value
            return .text(200, "too late")
        }
        let (addresses, started) = AsyncStream.makeStream(of: ServerAddress.self)
        let task = Task { try await server.run { started.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        let client = HTTPClient(port: try #require(await iterator.next()).port)
        async let answer = client.onThread {
            let connection = try HTTPConnection(to: client)
            try connection.write(HTTPClient.request("GET", "/"))
            return try connection.readToEnd()
        }
        for await _ in entered {}
        task.cancel()
        try await task.value
        #expect(try await answer.isEmpty)
        // What it brings afterwards finds no connection.
        open.finish()
    }

    /// Half a request holds the end up only while more of it comes.
    @Test func aSilentClientDoesNotHoldTheEndUp() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.drainSeconds = 3600
        let server = HTTPServer(HTTPServerConfiguration(limits: limits)) { _ in .text(200, "ok") }
        let (addresses, started) = AsyncStream.makeStream(of: ServerAddress.self)
        let task = Task { try await server.run { started.yield($0) } }
        var iterator = addresses.makeAsyncIterator()
        let client = HTTPClient(port: try #require(await iterator.next()).port)
        let fields = ["content-length": "100", "expect": "100-continue"]
        async let read = client.onThread {
            let connection = try HTTPConnection(to: client)
            try connection.write(HTTPClient.request("POST", "/", headers: fields))
            // The server waits for the body.
            _ = try connection.readHead()
            try connection.write("ab")
            task.cancel()
            return try connection.readToEnd().count
        }
        try await task.value
        #expect(try await read == 0)
    }

    @Test func drainingHasAnEnd() async throws {
        var limits = HTTPServerConfiguration.Limits()
        limits.drainSeconds = 1
        let began = ContinuousClock.now
        let (stream, input) = AsyncStream.makeStream(of: [UInt8].self)
        defer { input.finish() }
        try await withServer(
            limits: limits, handler: { _ in HTTPResponse(200, body: .stream(stream)) }
        ) { client in
            try await client.onThread {
                let connection = try HTTPConnection(to: client)
                try connection.write(HTTPClient.request("GET", "/"))
                _ = try connection.readHead()
                // Kept open for longer than the server will wait.
                Thread.detachNewThread { [connection = Held(connection)] in
                    _ = try? connection.readToEnd()
                }
            }
        }
        #expect(ContinuousClock.now - began > .seconds(1))
    }

    @Test func cancellationBeforeTheStartEndsItToo() async throws {
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await HTTPServer { _ in .text(200, "ok") }.run()
        }
        try await task.value
    }

    @Test func anAddressInUseIsNamedWithWhatToDo() async throws {
        try await withServer(handler: { _ in .text(200, "first") }) { client in
            let second = HTTPServer(HTTPServerConfiguration(port: client.port)) { _ in
                .text(200, "second")
            }
            let diagnostic = await #expect(throws: Diagnostic.self) { try await second.run() }
            #expect(diagnostic?.code == .addressInUse)
            #expect(diagnostic?.message.contains("port \(client.port)") == true)
            #expect(diagnostic?.hint?.contains("--port") == true)
            let process = ProcessInfo.processInfo.processIdentifier
            #expect(diagnostic?.message.contains("(process \(process))") == true)
            let answer = try await client.send("GET", "/")
            #expect(answer.text == "first\n")

            var configuration = HTTPServerConfiguration(port: client.port)
            configuration.sparePorts = 50
            let third = HTTPServer(configuration) { _ in .text(200, "third") }
            let (addresses, started) = AsyncStream.makeStream(of: ServerAddress.self)
            let task = Task { try await third.run { started.yield($0) } }
            let address = try #require(await addresses.first { _ in true })
            #expect((client.port + 1...client.port + 50).contains(address.port))
            #expect(try await HTTPClient(port: address.port).send("GET", "/").text == "third\n")
            task.cancel()
            try await task.value
        }
    }

    @Test(arguments: [
        ("not-an-address", 0), ("256.0.0.1", 0), ("", 0), ("127.0.0.1", -1), ("127.0.0.1", 65_536),
        ("203.0.113.7", 0),
    ])
    func whatCannotBeListenedOnIsAFaultOfTheCall(host: String, port: Int) async throws {
        let server = HTTPServer(HTTPServerConfiguration(host: host, port: port)) { _ in
            .text(200, "ok")
        }
        let diagnostic = await #expect(throws: Diagnostic.self) { try await server.run() }
        #expect(diagnostic?.code == .usage)
    }

    @Test func manyServersRunInOneProcess() async throws {
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<8 {
                group.addTask {
                    try await withServer(handler: { _ in .text(200, "\(index)") }) { client in
                        try await client.send("GET", "/").text
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(texts.sorted() == (0..<8).map { "\($0)\n" })
    }
}
