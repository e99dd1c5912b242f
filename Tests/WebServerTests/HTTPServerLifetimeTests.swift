import Diagnostics
import Foundation
import TestSupport
import Testing
import WebServer

@Suite struct HTTPServerLifetimeTests {
    @Test func cancellationEndsTheServerAndFreesThePort() async throws {
        let folder = try TestFolder()
        try folder.write("big.bin", [UInt8](repeating: 1, count: 8 << 20))
        let site = StaticSite(root: folder.path)
        let server = HTTPServer { request in
            if request.path == "/waits" { try? await Task.sleep(for: .seconds(30)) }
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
            Thread.sleep(forTimeInterval: 0.1)
            task.cancel()
            return try [idle, waiting, reading].map { try $0.readToEnd().count }
        }
        let began = ContinuousClock.now
        try await task.value
        #expect(ContinuousClock.now - began < .seconds(1))
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
            let answer = try await client.send("GET", "/")
            #expect(answer.text == "first\n")
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
